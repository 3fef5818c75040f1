package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.config.ReleaseConfig;
import dev.slipway.gke.model.LogQuery;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.step.Begin;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Prints the logs of a release's pods, each line with its pod and container before it. What is known to be secret is taken out.
 * Changes nothing.
 *
 * @since 0.1
 */
@Mojo(name = "logs", threadSafe = true)
public final class LogsMojo extends ReleaseMojo {
    /**
     * Whether to go on with what is written from now on, until {@code gke.timeout} is over or the build is stopped; for example
     * {@code true}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.logs.follow", defaultValue = "false")
    boolean follow;

    /**
     * How many lines of each container, counted from the end, for example {@code 20}. Unit: lines.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.logs.tail", defaultValue = "100")
    int tail;

    /**
     * Whether to print the logs of the containers before their last restart, not of those that run; for example {@code true}. Not
     * together with {@code gke.logs.follow}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.logs.previous", defaultValue = "false")
    boolean previous;

    @Override
    void run(Journal journal) {
        LogQuery query = Configuration.logs(tail, previous, follow);
        ReleaseConfig config = Configuration.release(releaseSettings());
        try (Assembly assembly = Assembly.of(config, this)) {
            int containers = Pipelines.logs(
                            assembly.tools(), config, query, line -> getLog().info(journal.hidden(line.toString())))
                    .run(Begin.HERE, journal);
            if (containers == 0) {
                getLog().info("No container of " + config.release() + " has written a log"
                        + (previous ? " before a restart" : ""));
            }
        }
    }
}
