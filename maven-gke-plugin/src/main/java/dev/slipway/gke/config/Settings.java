package dev.slipway.gke.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was written in the POM, on the command line and in the environment, still as text. Blank counts as not written.
 *
 * @param target {@code gke} or {@code kubeconfig}
 * @param kubeconfig file
 * @param context context in it
 * @param project Google project
 * @param location zone or region
 * @param cluster name of the cluster
 * @param googleEndpoint stands in for Google, in tests
 * @param release name of the release
 * @param namespace its namespace
 * @param createNamespace whether a missing namespace is created
 * @param chart folder, archive or {@code oci://} reference
 * @param valuesFiles in order
 * @param image name and tag
 * @param timeout for all of it
 * @param helmEngine {@code embedded} or {@code cli}
 * @param helmExecutable binary for {@code cli}
 * @param verifyPath what to ask the service
 * @param verifyBody what to post to it
 * @param verifyExpect what has to be in the answer
 * @param folder the module's folder, from which relative paths count
 * @param environment the process's environment
 */
public record Settings(
        Optional<String> target,
        Optional<String> kubeconfig,
        Optional<String> context,
        Optional<String> project,
        Optional<String> location,
        Optional<String> cluster,
        Optional<String> googleEndpoint,
        Optional<String> release,
        Optional<String> namespace,
        boolean createNamespace,
        Optional<String> chart,
        List<String> valuesFiles,
        Optional<String> image,
        Optional<String> timeout,
        Optional<String> helmEngine,
        Optional<String> helmExecutable,
        Optional<String> verifyPath,
        Optional<String> verifyBody,
        Optional<String> verifyExpect,
        Path folder,
        Map<String, String> environment) {
    public Settings {
        valuesFiles = List.copyOf(valuesFiles);
        environment = Map.copyOf(environment);
    }

    /** {@return the variable's value, unless it is missing or blank} */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
