package dev.slipway.gke.mojo;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.progress.Journal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** What every goal has: the project, a way to be skipped, and one translation of failures. */
abstract class GkeMojo extends AbstractMojo {
    /** Eclipse sets it in the builds of its workspace, whatever the lifecycle mapping of a project says. */
    private static final String ECLIPSE = "m2e.version";

    /** The project that the goal runs in. */
    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    MavenProject project;

    /** The build that the goal runs in. */
    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    MavenSession session;

    /**
     * Does nothing if {@code true}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.skip", defaultValue = "false")
    boolean skip;

    @Override
    public final void execute() throws MojoFailureException {
        if (skip) {
            getLog().info("Skipped (gke.skip)");
            return;
        }
        if (session.getUserProperties().containsKey(ECLIPSE)
                || session.getSystemProperties().containsKey(ECLIPSE)) {
            getLog().info("Skipped: this is Eclipse building its workspace (" + ECLIPSE + " is set)");
            return;
        }
        try {
            run(new Journal(Clock.systemUTC(), getLog()::info, getLog()::warn));
        } catch (DeployFailure failure) {
            throw told(failure);
        } catch (RuntimeException unforeseen) {
            getLog().debug(unforeseen);
            throw told(new DeployFailure(
                    FailureCode.INTERNAL,
                    "The plugin met something it does not know: "
                            + unforeseen.getClass().getName(),
                    "this build",
                    "Run it again with -e to see where, and report it",
                    unforeseen));
        }
    }

    /** Does what the goal is for. */
    abstract void run(Journal journal);

    /** {@return the module's folder} */
    final Path folder() {
        return project.getBasedir().toPath();
    }

    private MojoFailureException told(DeployFailure failure) {
        String code = failure.code().code();
        MojoFailureException told = new MojoFailureException(
                code + ": " + failure.what() + "\n\n  where: " + failure.where() + "\n  try:   " + failure.tryThis()
                        + "\n  more:  docs/failures.md#" + code.toLowerCase(Locale.ROOT) + "\n");
        // Maven prints the messages of all causes, and those are other people's words: only where the user asks for
        // them.
        if (session.getRequest().isShowErrors() || getLog().isDebugEnabled()) {
            told.initCause(failure);
        }
        return told;
    }
}
