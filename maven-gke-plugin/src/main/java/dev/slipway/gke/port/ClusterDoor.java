package dev.slipway.gke.port;

import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.Connection;
import java.nio.file.Path;

/**
 * Opens the way to a cluster, by writing the private kubeconfig that Helm and the Kubernetes client go through. Closing it ends
 * the refreshing of tokens and deletes what was written.
 */
public interface ClusterDoor extends AutoCloseable {
    /** {@return a way to a cluster of GKE; its token is kept fresh in a file until the door is closed} */
    Connection open(Cluster cluster, TokenSource tokens);

    /**
     * {@return a way to the cluster of one context of a kubeconfig file; the file is only read}
     *
     * @param kubeconfig the file
     * @param context the context in it; the file's own current context has no say
     */
    Connection open(Path kubeconfig, String context);

    @Override
    void close();
}
