package dev.slipway.gke.model;

/**
 * Which chart a release was made from.
 *
 * @param name the chart's name
 * @param version its version
 */
public record ChartId(String name, String version) {
    @Override
    public String toString() {
        return name + "-" + version;
    }
}
