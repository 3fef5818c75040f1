package dev.slipway.gke.config;

import dev.slipway.gke.model.ClusterName;
import java.nio.file.Path;
import java.util.function.Function;

/** Which cluster is meant. */
public sealed interface Target {

    /** A cluster of GKE, looked up by name. */
    record Gke(ClusterName cluster) implements Target {}

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
