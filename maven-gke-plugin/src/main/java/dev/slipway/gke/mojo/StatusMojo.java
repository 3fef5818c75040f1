package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.config.ReleaseConfig;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.report.ReportFile;
import dev.slipway.gke.report.StandingLines;
import dev.slipway.gke.report.StandingReport;
import dev.slipway.gke.step.Begin;
import dev.slipway.gke.step.Describe;
import java.io.File;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Says how a release stands: its revision, chart and image, who deployed which commit when, its replicas, its address, its health, and
 * who is at work on it now. Writes the same as JSON. Changes nothing.
 *
 * @since 0.1
 */
@Mojo(name = "status", threadSafe = true)
public final class StatusMojo extends ReleaseMojo {
    /**
     * Where the status is written as JSON, for example {@code target/gke/status.json}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.status.report", defaultValue = "${project.build.directory}/gke/status.json")
    File statusReport;

    @Override
    void run(Journal journal) {
        ReleaseConfig config = Configuration.release(releaseSettings());
        try (Assembly assembly = Assembly.of(config, this)) {
            Describe.Standing standing =
                    Pipelines.status(assembly.tools(), config).run(Begin.HERE, journal);
            StandingLines.of(standing).forEach(getLog()::info);
            ReportFile.write(statusReport.toPath(), StandingReport.of(standing).json())
                    .ifPresent(journal::warn);
        }
    }
}
