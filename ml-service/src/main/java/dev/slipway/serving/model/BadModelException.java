package dev.slipway.serving.model;

import java.util.List;

/** A model cannot be used; the message has every reason found, each with the place of the fault. */
public final class BadModelException extends Exception {
    private static final long serialVersionUID = 1;

    /** Takes the reasons, at least one. */
    public BadModelException(List<String> reasons) {
        super(String.join("; ", reasons));
    }

    /** Takes one reason and what caused it. */
    public BadModelException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
