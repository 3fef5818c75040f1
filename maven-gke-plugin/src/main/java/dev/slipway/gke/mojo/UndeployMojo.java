package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.config.ReleaseConfig;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.step.Begin;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Takes a release off its cluster and waits until its objects and pods are gone. Does nothing if there is no such release. The
 * namespace stays.
 *
 * @since 0.1
 */
@Mojo(name = "undeploy", threadSafe = true)
public final class UndeployMojo extends ChangeMojo {
    @Override
    void change(Journal journal) {
        ReleaseConfig config = Configuration.release(releaseSettings());
        try (Assembly assembly = Assembly.of(config, this)) {
            Pipelines.undeploy(assembly.tools(), config).run(Begin.HERE, journal);
        }
    }
}
