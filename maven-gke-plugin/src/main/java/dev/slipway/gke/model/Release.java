package dev.slipway.gke.model;

import java.time.Instant;
import java.util.Map;

/**
 * One revision of a Helm release, as the cluster keeps it.
 *
 * @param name the release
 * @param namespace where it lives
 * @param revision 1 for the first
 * @param status Helm's word for how it stands
 * @param chart the chart it was made from
 * @param manifest its objects
 * @param hooks its hooks
 * @param deployedAt when the revision was made
 * @param description Helm's line about it
 * @param blueprint what it was made from, for making it once more
 */
public record Release(
        ReleaseName name,
        Namespace namespace,
        int revision,
        ReleaseStatus status,
        ChartId chart,
        Manifest manifest,
        Manifest hooks,
        Instant deployedAt,
        String description,
        Blueprint blueprint) {
    /** A revision of which nobody needs to know what it was made from. */
    public Release(
            ReleaseName name,
            Namespace namespace,
            int revision,
            ReleaseStatus status,
            ChartId chart,
            Manifest manifest,
            Manifest hooks,
            Instant deployedAt,
            String description) {
        this(name, namespace, revision, status, chart, manifest, hooks, deployedAt, description, Blueprint.NONE);
    }

    public Release {
        if (revision < 1) {
            throw new IllegalArgumentException("revision must be at least 1, not " + revision);
        }
    }

    /** {@return the values that it was made with, typed as they were given; they may hold secrets} */
    public Map<String, Object> values() {
        return blueprint.values();
    }
}
