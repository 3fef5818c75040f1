package dev.slipway.gke.config;

import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ReleaseName;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Which release, where, and how long things may take: what every goal that goes to a cluster has to know.
 *
 * @param target the cluster
 * @param googleEndpoint stands in for Google's endpoints, in tests
 * @param namespace where the release lives
 * @param release its name
 * @param helm which Helm
 * @param timeout how long all of it may take
 */
public record ReleaseConfig(
        Target target,
        Optional<URI> googleEndpoint,
        Namespace namespace,
        ReleaseName release,
        HelmConfig helm,
        Duration timeout) {}
