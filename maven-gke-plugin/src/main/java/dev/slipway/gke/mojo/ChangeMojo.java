package dev.slipway.gke.mojo;

import dev.slipway.gke.config.ChangeConfig;
import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.config.PullRequest;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.report.Outcome;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What every goal has that changes a release. */
abstract class ChangeMojo extends ReleaseMojo {
    /**
     * Whether a build of a pull request may do this: {@code refuse}, or {@code allow} for the environment that is a pull request's
     * own, for example {@code allow}. CI services say in their environment what a build is, for example by {@code GITHUB_EVENT_NAME}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.pullRequest", defaultValue = "refuse")
    @Nullable
    String pullRequest;

    /**
     * How long to wait while somebody else deploys the same release, for example {@code 90s} or {@code 10m}. Unit: {@code s},
     * {@code m} or {@code h}. Who it is, is said.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.lock.wait", defaultValue = "5m")
    @Nullable
    String lockWait;

    /**
     * Whether what a deployment that died left half done is put right, {@code auto}, or refused, for example {@code never}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.recover", defaultValue = "auto")
    @Nullable
    String recover;

    /**
     * How many revisions of the release are kept, at least 2, for example {@code 20}. Unit: revisions.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.historyMax", defaultValue = "10")
    int historyMax;

    /**
     * The file that the report is written to, for example {@code target/gke/deployment.json}. The page for people is written beside
     * it, with the ending {@code .html}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.report", defaultValue = "${project.build.directory}/gke/deployment.json")
    File report;

    @Override
    final int recordsKept() {
        return historyMax;
    }

    @Override
    final void run(Journal journal) {
        PullRequest.check(Written.first(pullRequest), System.getenv());
        new Recorder(report.toPath(), releaseSettings(), journal, this::commit).record(() -> change(journal));
    }

    @Override
    final Optional<Path> report() {
        return Optional.of(Recorder.page(report.toPath())).filter(Files::exists);
    }

    /** {@return the commit of what is deployed, if sources are} */
    Optional<String> commit() {
        return Optional.empty();
    }

    /** {@return what was written about the release and how it is changed, checked} */
    final ChangeConfig changeConfig() {
        return Configuration.change(releaseSettings(), Written.first(lockWait), Written.first(recover), historyMax);
    }

    /** Does what the goal is for, where it may be done; {@return how it ended} */
    abstract Outcome change(Journal journal);
}
