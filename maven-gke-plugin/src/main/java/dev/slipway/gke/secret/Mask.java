package dev.slipway.gke.secret;

import java.util.regex.Pattern;

/** Takes out of a text what looks like a credential, whoever wrote it there, before the text goes into a message. */
public final class Mask {
    /** What stands in the place of what was taken out. */
    public static final String STARS = "****";

    // An authorization header, a JSON web token, a Google access token, a PEM block, a password in a URL.
    private static final Pattern CREDENTIAL = Pattern.compile("(?i:(?<=\\b(?:bearer|basic)\\s))[A-Za-z0-9+/=._~-]{8,}"
            + "|\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]*)?"
            + "|\\bya29\\.[A-Za-z0-9_.-]+"
            + "|-----BEGIN [A-Z ]+-----[\\s\\S]*?(?:-----END [A-Z ]+-----|\\z)"
            + "|(?<=://)[^/@\\s:]*:[^/@\\s]+(?=@)");

    private Mask() {}

    /** {@return the text with stars in the place of whatever looks like a credential} */
    public static String credentials(String text) {
        return CREDENTIAL.matcher(text).replaceAll(STARS);
    }
}
