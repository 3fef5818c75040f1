package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.step.Begin;
import java.io.File;
import java.time.Instant;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Packs a chart folder into {@code NAME-VERSION.tgz}, the same bytes for the same content.
 *
 * @since 0.1
 */
@Mojo(name = "package", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
public final class PackageMojo extends HelmMojo {
    /**
     * The chart's folder, for example {@code src/main/helm}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.chart", required = true)
    File chart;

    /**
     * Version and app version that the package carries; Helm wants a semantic version, for example {@code 1.4.2}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.chartVersion", defaultValue = "${project.version}")
    String chartVersion;

    /**
     * The folder that the package is put in, for example {@code target/charts}.
     *
     * @since 0.1
     */
    @Parameter(defaultValue = "${project.build.directory}")
    File destination;

    /**
     * The time of every entry in the package, for example {@code 2026-01-01T00:00:00Z}. Unit: ISO 8601, or seconds since 1970.
     *
     * @since 0.1
     */
    @Parameter(defaultValue = "${project.build.outputTimestamp}")
    String outputTimestamp;

    @Override
    void run(Journal journal) {
        try (RunFolder temporary = new RunFolder();
                ReleaseEngine engine =
                        Assembly.engine(Configuration.helm(helmSettings(), folder()), temporary.path(), getLog())) {
            Pipelines.pack(engine, chart.toPath(), destination.toPath(), chartVersion, timestamp())
                    .run(Begin.HERE, journal);
        }
    }

    /** Maven allows seconds since 1970 too. */
    private Instant timestamp() {
        return outputTimestamp.matches("\\d+")
                ? Instant.ofEpochSecond(Long.parseLong(outputTimestamp))
                : Instant.parse(outputTimestamp);
    }
}
