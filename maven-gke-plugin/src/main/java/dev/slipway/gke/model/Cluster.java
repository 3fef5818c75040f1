package dev.slipway.gke.model;

import java.net.URI;
import java.util.Optional;

/**
 * A cluster as its directory knows it.
 *
 * @param name its full name
 * @param server the API server, {@code https} always
 * @param certificateAuthority PEM of the authority that signs the API server's certificate; empty where public authorities do
 * @param reconciling whether the control plane is being changed now, so that it may be away for minutes
 */
public record Cluster(ClusterName name, URI server, Optional<String> certificateAuthority, boolean reconciling) {
    public Cluster {
        if (!"https".equals(server.getScheme())) {
            throw new IllegalArgumentException("an API server is reached by https alone, not " + server);
        }
    }
}
