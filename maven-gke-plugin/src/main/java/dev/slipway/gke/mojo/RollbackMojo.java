package dev.slipway.gke.mojo;

import dev.slipway.gke.config.ChangeConfig;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.report.Outcome;
import dev.slipway.gke.step.Begin;
import dev.slipway.gke.step.Released;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Goes back: makes an earlier revision of the release once more, as it was, and watches it come up. Without {@code gke.revision} that is
 * the last one that is on record as good and is not what runs. Refuses a revision that this plugin has no record of, and one that the
 * cluster does not keep as it was deployed. Writes {@code target/gke/deployment.json}, on failure too.
 *
 * @since 0.1
 */
@Mojo(name = "rollback", threadSafe = true)
public final class RollbackMojo extends ChangeMojo {
    /**
     * The revision to go back to, for example {@code 7}. Unit: revisions, as {@code gke:status} and {@code helm history} count them. 0 is the
     * last good one.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.revision", defaultValue = "0")
    int revision;

    @Override
    Outcome change(Journal journal) {
        ChangeConfig config = changeConfig();
        try (Assembly assembly = Assembly.of(config.release(), this)) {
            Released released = Pipelines.rollback(
                            assembly.tools(),
                            config,
                            ThisBuild.of(session),
                            Optional.of(revision).filter(named -> named > 0))
                    .run(Begin.HERE, journal);
            getLog().info("Restored: " + released.rendering().chart() + " runs as revision " + released.revision()
                    + " in namespace " + released.site().namespace());
            return Outcome.RESTORED;
        }
    }
}
