package dev.slipway.train;

/**
 * A random stream whose numbers are fixed by its seed alone: SplitMix64 (Steele, Lea and Flood 2014). Written out here because the
 * JDK does not promise the same numbers in its next release, and a model has to come out the same from every build.
 */
final class SplitMix {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    SplitMix(long state) {
        this.state = state;
    }

    /** The {@code index}-th stream of a seed. Streams do not depend on each other, so they may be used on any thread. */
    static SplitMix stream(long seed, long index) {
        return new SplitMix(mix(mix(seed + GAMMA) ^ mix(index + 1)));
    }

    long nextLong() {
        state += GAMMA;
        return mix(state);
    }

    /** {@return a number from 0, inclusive, to 1, exclusive} */
    double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** {@return a number from 0, inclusive, to {@code bound}, exclusive, each equally likely} */
    int below(int bound) {
        long limit = (1L << 32) / bound * bound;
        long drawn;
        do {
            drawn = nextLong() >>> 32;
        } while (drawn >= limit);
        return (int) (drawn % bound);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
