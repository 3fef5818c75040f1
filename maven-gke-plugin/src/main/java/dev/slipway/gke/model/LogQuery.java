package dev.slipway.gke.model;

/**
 * Which part of the logs is wanted.
 *
 * @param tail how many lines of each container, counted from the end
 * @param previous whether those of the containers before the last restart, not of those that run
 * @param follow whether to go on with what is written from now on
 */
public record LogQuery(int tail, boolean previous, boolean follow) {
    public LogQuery {
        if (tail < 0) {
            throw new IllegalArgumentException("tail must be at least 0, not " + tail);
        }
        if (previous && follow) {
            throw new IllegalArgumentException(
                    "a container that has ended writes no more: previous and follow exclude each other");
        }
    }
}
