package dev.slipway.gke.config;

import java.util.List;
import java.util.Optional;

/**
 * What was written about what is to be deployed, still as text.
 *
 * @param release which release, where
 * @param createNamespace whether a missing namespace is created
 * @param chart folder, archive or {@code oci://} reference
 * @param valuesFiles in order
 * @param image name and tag
 * @param verify what the service is asked
 */
public record DeploySettings(
        ReleaseSettings release,
        boolean createNamespace,
        Optional<String> chart,
        List<String> valuesFiles,
        Optional<String> image,
        Verify verify) {

    /**
     * About the question.
     *
     * @param path what to ask
     * @param body what to post
     * @param expect what has to be in the answer
     */
    public record Verify(Optional<String> path, Optional<String> body, Optional<String> expect) {}

    public DeploySettings {
        valuesFiles = List.copyOf(valuesFiles);
    }
}
