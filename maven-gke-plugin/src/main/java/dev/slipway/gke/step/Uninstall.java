package dev.slipway.gke.step;

import static java.util.stream.Collectors.joining;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.port.Workloads;
import dev.slipway.gke.progress.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Uninstalls the release and waits until its objects and pods are gone; does nothing if there is none. */
public final class Uninstall implements Step<SeekRelease.Sought, Uninstall.Gone> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final ReleaseEngine engine;
    private final ReleaseHistory history;
    private final Workloads workloads;
    private final Namespace namespace;
    private final ReleaseName release;
    private final Pause pause;
    private final Deadline deadline;

    /**
     * What is known then.
     *
     * @param connection the way to the cluster
     * @param wasThere whether there was anything to uninstall
     * @param kept the objects that stay, because they are marked so
     */
    public record Gone(Connection connection, boolean wasThere, List<KubeObject> kept) {
        public Gone {
            kept = List.copyOf(kept);
        }
    }

    public Uninstall(
            ReleaseEngine engine,
            ReleaseHistory history,
            Workloads workloads,
            Namespace namespace,
            ReleaseName release,
            Pause pause,
            Deadline deadline) {
        this.engine = engine;
        this.history = history;
        this.workloads = workloads;
        this.namespace = namespace;
        this.release = release;
        this.pause = pause;
        this.deadline = deadline;
    }

    @Override
    public Gone run(SeekRelease.Sought sought, Progress progress) {
        Connection connection = sought.connection();
        Progress.Line line = progress.begin("undeploy", release + " in " + namespace);
        // Anew: whoever had the lock before us may have released once more, or taken it all away.
        List<Release> revisions = history.revisions(connection, namespace, release);
        if (revisions.isEmpty()) {
            line.done("there is no release " + release + " in " + namespace + ": nothing to do");
            return new Gone(connection, false, List.of());
        }
        Release newest = revisions.get(0);
        progress.found(Progress.Fact.REVISION, Integer.toString(newest.revision()));
        progress.found(Progress.Fact.CHART, newest.chart().toString());
        progress.found(Progress.Fact.HELM, engine.version());
        engine.uninstall(connection, namespace, release, deadline.left());
        int left = workloads.remaining(connection, namespace, newest.manifest());
        while (left > 0) {
            if (deadline.passed()) {
                throw new DeployFailure(
                        FailureCode.ROLLOUT_TIMED_OUT,
                        left + " objects of " + release + " are still there when the "
                                + deadline.budget().toSeconds() + " s were over",
                        "namespace " + namespace + " on " + connection.cluster(),
                        "Look for finalizers: kubectl -n " + namespace
                                + " get all; or wait longer with -Dgke.timeout=10m");
            }
            line.update(left + " objects left");
            pause.upTo(LOOK_AGAIN, deadline);
            left = workloads.remaining(connection, namespace, newest.manifest());
        }
        List<KubeObject> kept =
                newest.manifest().objects().stream().filter(Uninstall::kept).toList();
        line.done(release + " is gone, with all of its " + revisions.size() + " revisions"
                + (kept.isEmpty()
                        ? ""
                        : "; marked to be kept (helm.sh/resource-policy), so there still: "
                                + kept.stream().map(KubeObject::toString).collect(joining(", "))));
        return new Gone(connection, true, kept);
    }

    /** {@return whether Helm leaves the object behind on purpose} */
    private static boolean kept(KubeObject object) {
        return object.body().get("metadata") instanceof Map<?, ?> metadata
                && metadata.get("annotations") instanceof Map<?, ?> annotations
                && "keep".equals(annotations.get("helm.sh/resource-policy"));
    }
}
