package dev.slipway.gke.mojo;

import dev.slipway.gke.config.DeploySettings;
import dev.slipway.gke.model.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What every goal has that looks at what a deploy would do, and does nothing itself. */
abstract class ChartMojo extends ReleaseMojo {
    /**
     * The chart: a folder, a {@code .tgz}, or {@code oci://registry/repository}, for example {@code src/main/helm}. Without it the goal
     * fails.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.chart")
    @Nullable
    String chart;

    /**
     * Values files, in order, later ones win; on the command line separated by commas, for example
     * {@code values.yaml,values-dev.yaml}. Without it the chart's own values hold.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.valuesFiles")
    @Nullable
    List<String> valuesFiles;

    /**
     * The image, {@code registry/repository:tag}, for example {@code docker.io/acme/shop:1.4.2}. Its registry is asked about it.
     * Without it the chart names its images itself, and no registry is asked.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.image")
    @Nullable
    String image;

    /**
     * Whether the image's registry is reached without TLS, for example {@code true}. One on this machine ({@code localhost},
     * {@code 127.0.0.1}) always is.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.insecureRegistry", defaultValue = "false")
    boolean insecureRegistry;

    /**
     * Whether a deploy would create a namespace that is missing, for example {@code true}; this goal creates none.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.createNamespace", defaultValue = "false")
    boolean createNamespace;

    @Override
    final Set<String> registriesWithoutTls() {
        return Written.first(image)
                .filter(name -> insecureRegistry)
                .map(name -> ImageReference.parse(Sources.named(name, session)))
                .map(reference -> Set.of(reference.registry()))
                .orElse(Set.of());
    }

    /** {@return what was written about the deploy that is looked at, not checked yet} */
    final DeploySettings settings(DeploySettings.Policy policy) {
        Optional<String> unasked = Optional.empty();
        return new DeploySettings(
                releaseSettings(),
                createNamespace,
                Written.first(chart),
                valuesFiles == null ? List.of() : valuesFiles,
                Written.first(image).map(name -> Sources.named(name, session)),
                new DeploySettings.Verify(unasked, unasked, unasked),
                policy);
    }
}
