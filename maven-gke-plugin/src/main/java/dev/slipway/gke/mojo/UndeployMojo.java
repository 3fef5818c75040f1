package dev.slipway.gke.mojo;

import dev.slipway.gke.config.ChangeConfig;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.report.Outcome;
import dev.slipway.gke.step.Begin;
import dev.slipway.gke.step.Uninstall;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Takes a release off its cluster and waits until its objects and pods are gone. What is marked with {@code helm.sh/resource-policy: keep}
 * stays, and is named. Does nothing if there is no such release. The namespace stays. Writes {@code target/gke/deployment.json}, on
 * failure too.
 *
 * @since 0.1
 */
@Mojo(name = "undeploy", threadSafe = true)
public final class UndeployMojo extends ChangeMojo {
    @Override
    Outcome change(Journal journal) {
        ChangeConfig config = changeConfig();
        try (Assembly assembly = Assembly.of(config.release(), this)) {
            Uninstall.Gone gone = Pipelines.undeploy(assembly.tools(), config, ThisBuild.of(session))
                    .run(Begin.HERE, journal);
            return gone.wasThere() ? Outcome.UNDEPLOYED : Outcome.UNCHANGED;
        }
    }
}
