package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.config.ReleaseConfig;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.report.StandingLines;
import dev.slipway.gke.step.Begin;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Says how a release stands: its revision, chart and image, its replicas, its address. Changes nothing.
 *
 * @since 0.1
 */
@Mojo(name = "status", threadSafe = true)
public final class StatusMojo extends ReleaseMojo {
    @Override
    void run(Journal journal) {
        ReleaseConfig config = Configuration.release(releaseSettings());
        try (Assembly assembly = Assembly.of(config, this)) {
            StandingLines.of(Pipelines.status(assembly.tools(), config).run(Begin.HERE, journal))
                    .forEach(getLog()::info);
        }
    }
}
