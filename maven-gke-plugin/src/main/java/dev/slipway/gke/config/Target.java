package dev.slipway.gke.config;

import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Endpoint;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Which cluster is meant. */
public sealed interface Target {

    /**
     * A cluster of GKE, looked up by name.
     *
     * @param cluster its name
     * @param endpoint which of its endpoints may be taken
     * @param impersonate e-mail address of the service account to act as; empty to act as oneself
     */
    record Gke(ClusterName cluster, Endpoint.Choice endpoint, Optional<String> impersonate) implements Target {
        /** The cluster, by whatever endpoint can be reached, as oneself. */
        public Gke(ClusterName cluster) {
            this(cluster, Endpoint.Choice.AUTO, Optional.empty());
        }
    }

    /**
     * A cluster of a kubeconfig file, both named; the ambient kubeconfig is never used.
     *
     * @param kubeconfig the file
     * @param context the context in it
     */
    record Kubeconfig(Path kubeconfig, String context) implements Target {}

    /** {@return what the function for this case makes of it} */
    default <R> R fold(Function<Gke, R> gke, Function<Kubeconfig, R> kubeconfig) {
        return this instanceof Gke target ? gke.apply(target) : kubeconfig.apply((Kubeconfig) this);
    }
}
