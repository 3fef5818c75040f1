package dev.slipway.serving.predict;

/** What a request contains cannot be scored; the message begins with the place of the fault, as the client wrote it. */
public final class InvalidInputException extends Exception {
    private static final long serialVersionUID = 1;

    private final String answer;

    /** Takes the place, such as {@code instances[3][1]}, and the rule that it breaks. */
    public InvalidInputException(String place, String rule) {
        // No stack trace: it is an answer, not a fault of this program.
        super(null, null, false, false);
        answer = place + ": " + rule;
    }

    @Override
    public String getMessage() {
        return answer;
    }
}
