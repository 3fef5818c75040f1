package dev.slipway.gke.model;

/**
 * Where a chart comes from.
 *
 * @param location absolute path of a folder or a {@code .tgz}, or an {@code oci://} reference
 */
public record ChartSource(String location) {
    public ChartSource {
        if (location.isBlank()) {
            throw new IllegalArgumentException("the chart's location is empty");
        }
    }

    /** {@return whether it is fetched from a registry} */
    public boolean remote() {
        return location.startsWith("oci://");
    }

    @Override
    public String toString() {
        return location;
    }
}
