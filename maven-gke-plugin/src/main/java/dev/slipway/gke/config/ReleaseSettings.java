package dev.slipway.gke.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What was written in the POM, on the command line and in the environment about a release and its cluster, still as text.
 *
 * @param cluster which cluster
 * @param release name of the release
 * @param namespace its namespace
 * @param timeout for all of it
 * @param helm which Helm
 * @param folder the module's folder, from which relative paths count
 * @param environment the process's environment
 */
public record ReleaseSettings(
        Cluster cluster,
        Optional<String> release,
        Optional<String> namespace,
        Optional<String> timeout,
        Helm helm,
        Path folder,
        Map<String, String> environment) {

    /**
     * About the cluster.
     *
     * @param target {@code gke} or {@code kubeconfig}
     * @param kubeconfig file
     * @param context context in it
     * @param project Google project
     * @param location zone or region
     * @param name name of the cluster
     * @param endpoint {@code auto}, {@code public}, {@code private} or {@code dns}
     * @param impersonate service account to act as
     * @param googleEndpoint stands in for Google, in tests
     */
    public record Cluster(
            Optional<String> target,
            Optional<String> kubeconfig,
            Optional<String> context,
            Optional<String> project,
            Optional<String> location,
            Optional<String> name,
            Optional<String> endpoint,
            Optional<String> impersonate,
            Optional<String> googleEndpoint) {}

    /**
     * About Helm.
     *
     * @param engine {@code embedded} or {@code cli}
     * @param executable binary for {@code cli}
     */
    public record Helm(Optional<String> engine, Optional<String> executable) {}

    public ReleaseSettings {
        environment = Map.copyOf(environment);
    }

    /** {@return the variable's value, unless it is missing or blank} */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
