package dev.slipway.gke.model;

import java.util.List;

/**
 * What Helm makes of a plan.
 *
 * @param chart which chart it was
 * @param manifest the objects that the release will consist of
 * @param hooks the objects that Helm runs beside it, tests among them
 * @param notes the chart's notes for a person, perhaps empty
 * @param lookups the templates that ask the cluster about other objects, so that what they render to depends on
 *     more than chart and values
 * @param warnings what somebody should do something about, a sentence each
 */
public record Rendering(
        ChartId chart, Manifest manifest, Manifest hooks, String notes, List<String> lookups, List<String> warnings) {
    public Rendering {
        lookups = List.copyOf(lookups);
        warnings = List.copyOf(warnings);
    }

    /** A rendering of which there is nothing to be said. */
    public Rendering(ChartId chart, Manifest manifest, Manifest hooks, String notes) {
        this(chart, manifest, hooks, notes, List.of(), List.of());
    }
}
