package dev.slipway.train;

/** No model was made; the message says why, and what to try. */
public final class TrainingException extends Exception {
    private static final long serialVersionUID = 1;

    TrainingException(String message) {
        super(message);
    }

    TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
