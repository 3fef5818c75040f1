package dev.slipway.gke.kube;

import dev.slipway.gke.model.RolloutState.Cause;
import java.time.Duration;

/**
 * Something that stops a pod, or the making of pods.
 *
 * @param key what it is about, the same on each look
 * @param cause what kind of trouble
 * @param sentence what is wrong, without its full stop, in the cluster's own words
 * @param patience how long it may be there before it is believed; zero if one look is enough
 */
record Trouble(String key, Cause cause, String sentence, Duration patience) {
    /** Longer than the kubelet waits before it tries an image again (10 s), so that trouble that stays was met twice. */
    static final Duration SOON = Duration.ofSeconds(15);

    /** Long enough for a third attempt of the kubelet, for what is known to pass by itself. */
    static final Duration LATER = Duration.ofSeconds(40);

    boolean certain() {
        return patience.isZero();
    }

    /** {@return the same trouble, believed later or sooner} */
    Trouble after(Duration other) {
        return new Trouble(key, cause, sentence, other);
    }

    /** {@return the same trouble in other words} */
    Trouble saying(String other) {
        return new Trouble(key, cause, other, patience);
    }
}
