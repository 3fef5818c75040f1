package dev.slipway.gke.kube;

import dev.slipway.gke.secret.Mask;

/** Takes out of a text what looks like a credential, before the text goes into a message. */
final class Redactor {
    private static final int LONGEST = 1000;

    private Redactor() {}

    /** {@return the text on one line, without credentials, at most a thousand characters} */
    static String clean(String text) {
        String line = Mask.credentials(text).replaceAll("\\s+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
