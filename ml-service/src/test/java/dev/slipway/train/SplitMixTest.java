package dev.slipway.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The random stream")
class SplitMixTest {
    @Test
    @DisplayName("gives the published numbers of SplitMix64 for the seed 1234567")
    void published() {
        SplitMix random = new SplitMix(1234567);

        assertThat(Stream.generate(random::nextLong).limit(5).map(Long::toUnsignedString))
                .containsExactly(
                        "6457827717110365317",
                        "3203168211198807973",
                        "9817491932198370423",
                        "4593380528125082431",
                        "16408922859458223821");
    }

    @Test
    @DisplayName("reaches every number below a bound and none beyond it")
    void bounds() {
        SplitMix random = new SplitMix(1);
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            seen.add(random.below(7));
            assertThat(random.nextDouble()).isBetween(0.0, Math.nextDown(1.0));
        }

        assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    @DisplayName("differs from stream to stream and from seed to seed")
    void streams() {
        Set<Long> first = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            for (long index = -1; index < 20; index++) {
                first.add(SplitMix.stream(seed, index).nextLong());
            }
        }

        assertThat(first).hasSize(20 * 21);
    }
}
