package dev.slipway.gke.model;

/**
 * What Helm makes of a plan.
 *
 * @param chart which chart it was
 * @param manifest the objects that the release will consist of
 * @param hooks the objects that Helm runs beside it, tests among them
 * @param notes the chart's notes for a person, perhaps empty
 */
public record Rendering(ChartId chart, Manifest manifest, Manifest hooks, String notes) {}
