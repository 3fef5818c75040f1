package dev.slipway.gke.model;

import java.util.List;

/**
 * What a saved plan is held to when it is applied.
 *
 * @param cluster what the cluster is, whatever its address
 * @param namespace where the release goes
 * @param release its name
 * @param revision the newest revision when the plan was made; 0 if there was none
 * @param inputs fingerprint of chart, values, image and the API server's version; empty if the same inputs may give something else
 * @param manifest SHA-256 of the objects that the release is to have
 * @param drift what somebody else had changed by then, a line each
 */
public record PlanMark(
        String cluster,
        String namespace,
        String release,
        int revision,
        String inputs,
        String manifest,
        List<String> drift) {
    public PlanMark {
        drift = List.copyOf(drift);
    }

    /** {@return drift as the lines of a mark} */
    public static List<String> lines(List<ObjectChange> drift) {
        return drift.stream()
                .map(change -> change.type() + " " + change.object() + " " + change.fields())
                .sorted()
                .toList();
    }
}
