package dev.slipway.serving.health;

/**
 * How the process is. Three questions, because a cluster draws three different conclusions: while it is not started, wait; when it is
 * not ready, send it no requests; when it is not live, kill it.
 */
public final class Health {
    private enum Stage {
        STARTING,
        READY,
        REFUSED,
        DRAINING
    }

    private record State(Stage stage, String reason) {}

    private volatile State state = new State(Stage.STARTING, "the model is being loaded");

    /**
     * The answer to one question.
     *
     * @param reason why not, or {@code "ok"}
     */
    public record Answer(boolean yes, String reason) {}

    /** The model is loaded and gives the answers it must. Nothing happens if the process is already ending. */
    public void ready() {
        advance(new State(Stage.READY, "ok"));
    }

    /** The model must not be served, now or later. */
    public void refuse(String reason) {
        advance(new State(Stage.REFUSED, reason));
    }

    /** The process is asked to end; it goes on answering for a while. */
    public synchronized void drain() {
        state = new State(Stage.DRAINING, "shutting down");
    }

    /** {@return whether the process is asked to end} */
    public boolean draining() {
        return state.stage() == Stage.DRAINING;
    }

    /** {@return whether the model was loaded once} */
    public Answer started() {
        State now = state;
        return new Answer(now.stage() == Stage.READY || now.stage() == Stage.DRAINING, now.reason());
    }

    /** {@return whether to send requests here} */
    public Answer acceptsRequests() {
        State now = state;
        return new Answer(now.stage() == Stage.READY, now.reason());
    }

    /** {@return whether the process can answer at all; it can, or nobody would say so} */
    public Answer live() {
        return new Answer(true, "ok");
    }

    private synchronized void advance(State next) {
        if (state.stage() != Stage.DRAINING) {
            state = next;
        }
    }
}
