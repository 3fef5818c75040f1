package dev.slipway.gke.port;

import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;

/** Where clusters are looked up by name. */
public interface ClusterDirectory {
    /**
     * {@return the cluster of that name, if a release can be made on it now}
     *
     * @param tokens who asks
     */
    Cluster find(ClusterName name, TokenSource tokens);
}
