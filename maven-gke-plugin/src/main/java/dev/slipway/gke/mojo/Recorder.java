package dev.slipway.gke.mojo;

import dev.slipway.gke.config.ReleaseSettings;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.progress.Progress.Fact;
import dev.slipway.gke.report.DeploymentPage;
import dev.slipway.gke.report.DeploymentReport;
import dev.slipway.gke.report.GitHub;
import dev.slipway.gke.report.Outcome;
import dev.slipway.gke.report.ReportFile;
import dev.slipway.gke.report.StepSummary;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes the reports of what changes a release, whichever way it ends. */
final class Recorder {
    private final Path json;
    private final Path html;
    private final ReleaseSettings settings;
    private final Journal journal;
    private final Supplier<Optional<String>> commit;
    private final Instant startedAt = Instant.now();

    Recorder(Path report, ReleaseSettings settings, Journal journal, Supplier<Optional<String>> commit) {
        this.json = report;
        this.html = page(report);
        this.settings = settings;
        this.journal = journal;
        this.commit = commit;
    }

    /** {@return the page that belongs to a report: beside it, with the other ending} */
    static Path page(Path report) {
        String name = report.getFileName().toString();
        return report.resolveSibling(name.replaceFirst("\\.json$", "") + ".html");
    }

    /** Does it, and writes down how it went. */
    void record(Supplier<Outcome> deed) {
        ReportFile.delete(json);
        ReportFile.delete(html);
        try {
            write(deed.get(), Optional.empty());
        } catch (DeployFailure failure) {
            write(outcome(failure), Optional.of(failure));
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

    private Outcome outcome(DeployFailure failure) {
        if (failure.code() == FailureCode.INTERRUPTED) {
            return Outcome.INTERRUPTED;
        }
        return journal.fact(Fact.RESTORED).isPresent() ? Outcome.ROLLED_BACK : Outcome.FAILED;
    }

    private void write(Outcome outcome, Optional<DeployFailure> failure) {
        // Writing a file fails in a thread that was interrupted, and a build that was ended has a report to write, too.
        boolean interrupted = Thread.interrupted();
        try {
            writeAll(outcome, failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void writeAll(Outcome outcome, Optional<DeployFailure> failure) {
        DeploymentReport.Subject subject = new DeploymentReport.Subject(
                settings.cluster().context().or(() -> settings.cluster().name()),
                settings.namespace(),
                settings.release(),
                commit());
        DeploymentReport report = DeploymentReport.of(outcome, failure, subject, journal, startedAt, Instant.now());
        ReportFile.write(json, report.json()).ifPresent(journal::warn);
        ReportFile.write(html, DeploymentPage.of(report)).ifPresent(journal::warn);
        GitHub.in(System.getenv())
                .flatMap(GitHub::summary)
                .flatMap(file -> ReportFile.append(file, StepSummary.of(report, ReportFile.size(file))))
                .ifPresent(journal::warn);
    }

    private Optional<String> commit() {
        try {
            return commit.get();
        } catch (DeployFailure unreadable) {
            journal.warn(unreadable.what());
            return Optional.empty();
        }
    }
}
