package dev.slipway.gke.model;

/**
 * One line of a container's log.
 *
 * @param pod the pod
 * @param container the container
 * @param text the line, without what is known to be secret
 */
public record LogLine(String pod, String container, String text) {
    /** {@return the line with where it is from before it} */
    @Override
    public String toString() {
        return pod + " " + container + " | " + text;
    }
}
