package dev.slipway.gke.mojo;

import java.util.function.UnaryOperator;

/**
 * Another exception's words and stack, without the secrets in its words: what Maven may print with {@code -e} and {@code -X}. Libraries
 * quote requests and files in their messages.
 */
final class Veiled extends Exception {
    private static final long serialVersionUID = 1L;
    /** Causes can go in circles. */
    private static final int DEEPEST = 20;

    private Veiled(Throwable original, UnaryOperator<String> hide, int deep) {
        super(hide.apply(original.toString()));
        setStackTrace(original.getStackTrace());
        if (deep < DEEPEST) {
            if (original.getCause() != null) {
                initCause(new Veiled(original.getCause(), hide, deep + 1));
            }
            for (Throwable suppressed : original.getSuppressed()) {
                addSuppressed(new Veiled(suppressed, hide, deep + 1));
            }
        }
    }

    static Veiled of(Throwable original, UnaryOperator<String> hide) {
        return new Veiled(original, hide, 0);
    }
}
