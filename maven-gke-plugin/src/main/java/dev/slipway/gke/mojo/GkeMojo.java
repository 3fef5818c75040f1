package dev.slipway.gke.mojo;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.progress.Pulse;
import dev.slipway.gke.report.FailureText;
import dev.slipway.gke.report.GitHub;
import dev.slipway.gke.secret.KnownSecrets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
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
        KnownSecrets secrets = new KnownSecrets();
        secrets.learnEnvironment(System.getenv());
        Journal journal = new Journal(Clock.systemUTC(), Screen.of(session, getLog()), secrets);
        Pulse pulse = Pulse.of(journal);
        try (Interruption interruption = new Interruption()) {
            run(journal, interruption);
        } finally {
            pulse.close();
        }
    }

    private void run(Journal journal, Interruption interruption) throws MojoFailureException {
        try {
            run(journal);
        } catch (DeployFailure failure) {
            MojoFailureException told = told(failure, journal);
            if (interruption.happened()) {
                // Maven may not live to say it.
                getLog().error(told.getMessage());
            }
            throw told;
        } catch (RuntimeException unforeseen) {
            getLog().debug(Veiled.of(unforeseen, journal::hidden));
            throw told(
                    new DeployFailure(
                            FailureCode.INTERNAL,
                            "The plugin met something it does not know: "
                                    + unforeseen.getClass().getName(),
                            "this build",
                            "Run it again with -e to see where, and report it",
                            unforeseen),
                    journal);
        }
    }

    /** Does what the goal is for. */
    abstract void run(Journal journal);

    /** {@return the module's folder} */
    final Path folder() {
        return project.getBasedir().toPath();
    }

    /** {@return the file that a person reads of this run, if there is one} */
    Optional<Path> report() {
        return Optional.empty();
    }

    private MojoFailureException told(DeployFailure failure, Journal journal) {
        GitHub.in(System.getenv()).ifPresent(runner -> System.out.println(GitHub.annotation(failure, journal::hidden)));
        MojoFailureException told = new MojoFailureException(
                FailureText.of(withChanges(failure, journal), journal::hidden, report().map(this::brief)));
        // Maven prints the messages of all causes, and those are
        // other people's words: only where the user asks for them.
        if (session.getRequest().isShowErrors() || getLog().isDebugEnabled()) {
            told.initCause(Veiled.of(failure, journal::hidden));
        }
        return told;
    }

    /** {@return the failure; if something was released, with what that changed, which is often why} */
    private static DeployFailure withChanges(DeployFailure failure, Journal journal) {
        return failure.evidence().empty() || !failure.changes().empty() ? failure : failure.with(journal.changes());
    }

    /** {@return the path as somebody would write it who stands where Maven was started} */
    private Path brief(Path file) {
        Path here =
                Path.of(session.getExecutionRootDirectory()).toAbsolutePath().normalize();
        Path there = file.toAbsolutePath().normalize();
        return there.startsWith(here) ? here.relativize(there) : there;
    }
}
