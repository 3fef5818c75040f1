package dev.slipway.gke.model;

/**
 * One thing that Helm's linter says of a chart.
 *
 * @param severity how bad it is
 * @param text Helm's words
 */
public record LintFinding(Severity severity, String text) {
    /** How bad a finding is; a chart with warnings or errors is not packaged. */
    public enum Severity {
        INFO,
        WARNING,
        ERROR
    }
}
