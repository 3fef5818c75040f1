package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.LintFinding;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.TestOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Helm. It never waits for pods (see {@link Workloads}), never looks at the machine's kubeconfig or at {@code HELM_*}, and makes
 * releases that every Helm can read.
 */
public interface ReleaseEngine extends AutoCloseable {
    /** {@return what it is, such as {@code Helm 3.21.0, embedded}; starts it if need be} */
    String version();

    /** {@return what the linter says of a chart folder, with the chart's own default values} */
    List<LintFinding> lint(Path chart);

    /** {@return what the plan comes to without a cluster, and without notes; checks the values against the chart's schema} */
    Rendering render(ReleasePlan plan);

    /**
     * {@return what the plan would come to on that cluster, by a dry run against it}
     *
     * @param exists whether the release has a revision there already
     */
    Rendering render(Connection connection, ReleasePlan plan, boolean exists);

    /**
     * Installs the release, or upgrades it.
     *
     * @param exists whether the release has a revision there already
     * @param limit how long Helm itself may take, hooks included
     */
    void release(Connection connection, ReleasePlan plan, boolean exists, Duration limit);

    /**
     * Makes a new revision that is what an old one was: the same manifest, hooks, values and chart, by name and version. What the
     * revisions between have added goes, what they have taken away comes back. Its description is {@code Rollback to N by
     * gke-maven-plugin}.
     *
     * <p>It is an upgrade on both engines, so the old revision's upgrade hooks run. Helm compares with the newest revision that it
     * calls deployed: after an upgrade that failed half way, call {@link ReleaseHistory#settle} first.
     *
     * @param revision the old one, as {@link ReleaseHistory} read it
     * @param limit how long Helm itself may take, hooks included
     */
    void restore(Connection connection, Release revision, Duration limit);

    /**
     * Runs the tests of the newest revision ({@code helm test}).
     *
     * @param limit how long each of them may take
     * @return how they ended; which they were is in the history, which Helm brings up to date
     */
    TestOutcome test(Connection connection, Namespace namespace, ReleaseName release, Duration limit);

    /** Begins to start what is slow to start, in the background; returns at once, and never fails. */
    void prepare();

    /** Uninstalls a release, its history included. */
    void uninstall(Connection connection, Namespace namespace, ReleaseName release, Duration limit);

    /**
     * Packs a chart folder into {@code NAME-VERSION.tgz}, the same bytes for the same content.
     *
     * @param version the chart's version and app version in the package
     * @param timestamp the time of every entry
     * @return the file
     */
    Path pack(Path chart, Path destination, String version, Instant timestamp);

    /** Ends whatever was started. */
    @Override
    void close();
}
