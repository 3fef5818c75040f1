package dev.slipway.gke.model;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A cluster as its directory knows it.
 *
 * @param name its full name
 * @param endpoints the ways to its API server that may be taken, the best first; at least one
 * @param warning what speaks against a release now although it is possible, as a sentence without its full stop
 */
public record Cluster(ClusterName name, List<Endpoint> endpoints, Optional<String> warning) {
    public Cluster {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("a cluster that nobody can reach is no cluster");
        }
    }

    /** {@return a cluster that runs, with a public endpoint}
     *
     * @param certificateAuthority PEM of who signs the server's certificate
     */
    public static Cluster at(ClusterName name, URI server, Optional<String> certificateAuthority) {
        return new Cluster(
                name, List.of(new Endpoint(Endpoint.Kind.PUBLIC, server, certificateAuthority, "")), Optional.empty());
    }
}
