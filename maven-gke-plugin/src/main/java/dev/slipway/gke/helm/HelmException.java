package dev.slipway.gke.helm;

import java.time.Duration;

/** What Helm itself said went wrong, in its own words, before {@link HelmErrors} makes a failure of it. */
final class HelmException extends Exception {
    private static final long serialVersionUID = 1L;

    HelmException(String words) {
        super(words);
    }

    /** {@return that Helm was ended because it took too long} */
    static HelmException tooSlow(Duration limit) {
        return new HelmException(HelmErrors.STOPPED + " " + limit.toSeconds() + " s");
    }

    /** {@return Helm's own words} */
    String words() {
        String words = getMessage();
        return words == null ? "" : words;
    }
}
