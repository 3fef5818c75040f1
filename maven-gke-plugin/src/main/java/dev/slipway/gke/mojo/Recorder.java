package dev.slipway.gke.mojo;

import dev.slipway.gke.config.ReleaseSettings;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.report.DeploymentReport;
import dev.slipway.gke.report.Outcome;
import dev.slipway.gke.step.Deployed;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.maven.execution.MavenSession;

/** Writes the report of a deployment, whichever way it ends. */
final class Recorder {
    private final Path report;
    private final ReleaseSettings settings;
    private final Journal journal;
    private final MavenSession session;
    private final Instant startedAt = Instant.now();

    Recorder(Path report, ReleaseSettings settings, Journal journal, MavenSession session) {
        this.report = report;
        this.settings = settings;
        this.journal = journal;
        this.session = session;
    }

    /** Runs the deployment and writes down how it went. */
    void record(Supplier<Deployed> deployment) {
        try {
            Deployed deployed = deployment.get();
            write(deployed.released().unchanged() ? Outcome.UNCHANGED : Outcome.DEPLOYED, Optional.empty());
        } catch (DeployFailure failure) {
            write(Outcome.FAILED, Optional.of(failure));
            throw failure;
        } catch (RuntimeException unforeseen) {
            write(
                    Outcome.FAILED,
                    Optional.of(new DeployFailure(
                            FailureCode.INTERNAL,
                            "The plugin met something it does not know: "
                                    + unforeseen.getClass().getName(),
                            "this build",
                            "Run it again with -e to see where, and report it")));
            throw unforeseen;
        }
    }

    private void write(Outcome outcome, Optional<DeployFailure> failure) {
        DeploymentReport.Subject subject = new DeploymentReport.Subject(
                settings.cluster().context().or(() -> settings.cluster().name()),
                settings.namespace(),
                settings.release(),
                commit());
        DeploymentReport.of(outcome, failure, subject, journal, startedAt, Instant.now())
                .write(report);
    }

    private Optional<String> commit() {
        try {
            return Sources.of(session).commit();
        } catch (DeployFailure unreadable) {
            journal.warn(unreadable.what());
            return Optional.empty();
        }
    }
}
