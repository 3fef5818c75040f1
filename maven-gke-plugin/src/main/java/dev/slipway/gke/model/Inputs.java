package dev.slipway.gke.model;

import java.util.List;
import java.util.Map;

/**
 * What a rendering depends on, as far as it is on this machine: chart, values, names.
 *
 * @param fingerprint SHA-256 of it: the same inputs render to the same objects on the same cluster. Empty if that is not so, because a
 *     template asks the cluster, the clock or chance, or because the chart is elsewhere
 * @param restless which functions of templates make it so, such as {@code lookup}
 * @param values the values that the release is made with, without the chart's defaults; they may hold secrets
 */
public record Inputs(String fingerprint, List<String> restless, Map<String, Object> values) {
    public Inputs {
        restless = List.copyOf(restless);
    }
}
