package dev.slipway.gke.kube;

import java.util.regex.Pattern;

/** Takes out of a text what looks like a credential, before the text goes into a message. */
final class Redactor {
    // An authorization header, a JSON web token, a Google access token, a PEM block.
    private static final Pattern CREDENTIAL = Pattern.compile("(?i:(?<=\\b(?:bearer|basic)\\s))[A-Za-z0-9+/=._~-]{8,}"
            + "|\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]*)?"
            + "|\\bya29\\.[A-Za-z0-9_.-]+"
            + "|-----BEGIN [A-Z ]+-----[\\s\\S]*?(?:-----END [A-Z ]+-----|$)");
    private static final int LONGEST = 1000;

    private Redactor() {}

    /** {@return the text on one line, without credentials, at most a thousand characters} */
    static String clean(String text) {
        String line = CREDENTIAL
                .matcher(text)
                .replaceAll("****")
                .replaceAll("\\s+", " ")
                .strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
