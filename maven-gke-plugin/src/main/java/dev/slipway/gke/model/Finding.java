package dev.slipway.gke.model;

/**
 * What came of one check.
 *
 * @param check what was looked at, in a word, such as {@code credentials}
 * @param level how it stands
 * @param what is so, as a sentence without its full stop
 * @param tryThis what to do about it; empty if there is nothing to do
 */
public record Finding(String check, Level level, String what, String tryThis) {
    /** How a check stands. */
    public enum Level {
        /** Nothing to do. */
        OK,
        /** A deploy would work, but somebody should know. */
        WARNING,
        /** A deploy would fail. */
        PROBLEM
    }

    /** {@return that all is well with it} */
    public static Finding ok(String check, String what) {
        return new Finding(check, Level.OK, what, "");
    }

    /** {@return that somebody should know} */
    public static Finding warning(String check, String what, String tryThis) {
        return new Finding(check, Level.WARNING, what, tryThis);
    }

    /** {@return that a deploy would fail} */
    public static Finding problem(String check, String what, String tryThis) {
        return new Finding(check, Level.PROBLEM, what, tryThis);
    }
}
