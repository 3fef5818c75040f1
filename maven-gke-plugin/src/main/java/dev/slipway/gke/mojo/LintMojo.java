package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.config.Shapes;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.step.Begin;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Lints a chart, and renders it with every values file that it is to be deployed with, against the chart's schema. Needs no cluster and
 * changes nothing.
 *
 * @since 0.1
 */
@Mojo(name = "lint", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
public final class LintMojo extends HelmMojo {
    /**
     * The chart's folder, for example {@code src/main/helm}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.chart", required = true)
    File chart;

    /**
     * Values files, one shape each, the last part of the path perhaps with {@code *}, for example {@code ../deploy-dev/values-*.yaml}.
     * Without it the chart is rendered once, with its own values.
     *
     * @since 0.1
     */
    @Parameter
    @Nullable
    List<String> shapes;

    /**
     * What stands in for the image, if the chart wants one, for example
     * {@code docker.io/acme/ml-service@sha256:0000000000000000000000000000000000000000000000000000000000000000}.
     * Without it the values have to name the image.
     *
     * @since 0.1
     */
    @Parameter
    @Nullable
    String image;

    @Override
    void run(Journal journal) {
        Path folder = chart.toPath();
        List<ReleasePlan> plans =
                Shapes.of(folder, folder(), shapes == null ? List.of() : shapes, Written.first(image));
        try (RunFolder temporary = new RunFolder();
                ReleaseEngine engine =
                        Assembly.engine(Configuration.helm(helmSettings(), folder()), temporary.path(), getLog())) {
            Pipelines.lint(engine, folder, plans).run(Begin.HERE, journal);
        }
    }
}
