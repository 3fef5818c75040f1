package dev.slipway.gke.progress;

import java.util.regex.Pattern;

/**
 * Makes text that others wrote (a pod's log, an event, an answer) fit to be shown: it can neither move a terminal's cursor, nor turn the
 * direction of writing, nor be taken for a command by a CI that reads the log.
 */
public final class Printable {
    /** What terminals obey: CSI sequences such as colours, OSC sequences such as titles, and two-letter escapes. */
    private static final Pattern ESCAPE =
            Pattern.compile("\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001B]*(?:\u0007|\u001B\\\\)?|[@-Z\\\\-_])");

    /** Control characters but tab and line feed, and what overrides the direction of writing. */
    private static final Pattern INVISIBLE =
            Pattern.compile("[\\x00-\\x08\\x0B-\\x1F\\x7F-\\x9F\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]");

    /** GitHub obeys a line that begins with {@code ::}, and older runners' {@code ##[} anywhere in a line. */
    private static final Pattern COMMAND = Pattern.compile("(?m)^(\\s*:):|##(?=\\[)");

    private Printable() {}

    /** {@return the text, its lines as they are, without what does more than being read} */
    public static String text(String text) {
        String plain = ESCAPE.matcher(text.replace("\r\n", "\n")).replaceAll("");
        return INVISIBLE.matcher(plain.replace('\r', '\n')).replaceAll("");
    }

    /** {@return the same for one line: line breaks become spaces} */
    public static String line(String text) {
        return text(text).strip().replaceAll("\\s*\n\\s*", " ");
    }

    /** {@return the text for a log that a CI listens to: what it would obey is broken by a space} */
    public static String unheard(String text) {
        return COMMAND.matcher(text).replaceAll(match -> match.group(1) == null ? "## " : match.group(1) + " :");
    }
}
