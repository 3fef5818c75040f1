package dev.slipway.gke.config;

import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.Question;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is to be deployed.
 *
 * @param release which release, where
 * @param createNamespace whether a missing namespace is created
 * @param chart its chart
 * @param valuesFiles its values, in order
 * @param image what it runs; empty if the chart names its images itself
 * @param question what it has to be able to answer, if anything
 * @param policy how it behaves when it is not alone, or not successful
 */
public record DeployConfig(
        ReleaseConfig release,
        boolean createNamespace,
        ChartSource chart,
        List<Path> valuesFiles,
        Optional<ImageReference> image,
        Optional<Question> question,
        DeployPolicy policy) {
    public DeployConfig {
        valuesFiles = List.copyOf(valuesFiles);
    }
}
