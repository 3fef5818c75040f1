package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;
import java.util.List;

/** Reads the release as the cluster keeps it. */
public final class ReadRelease implements Step<Connection, ReadRelease.Found> {
    private final ReleaseHistory history;
    private final Namespace namespace;
    private final ReleaseName release;

    /**
     * What is known then.
     *
     * @param connection the way to the cluster
     * @param newest the newest revision
     */
    public record Found(Connection connection, Release newest) {
        /** {@return the newest revision, as if it had just been released} */
        public Released released() {
            return new Released(
                    new Site(connection, newest.namespace(), true),
                    new Rendering(
                            newest.chart(),
                            newest.manifest(),
                            newest.hooks(),
                            newest.blueprint().notes()),
                    newest.revision(),
                    true);
        }
    }

    public ReadRelease(ReleaseHistory history, Namespace namespace, ReleaseName release) {
        this.history = history;
        this.namespace = namespace;
        this.release = release;
    }

    @Override
    public Found run(Connection connection, Progress progress) {
        List<Release> revisions = history.revisions(connection, namespace, release);
        if (revisions.isEmpty()) {
            throw new DeployFailure(
                    FailureCode.RELEASE_NOT_FOUND,
                    "There is no release " + release,
                    "namespace " + namespace + " on " + connection.cluster(),
                    "Deploy it first, or look at the names with `helm list -A`");
        }
        Hush.revisions(revisions, progress);
        return new Found(connection, revisions.get(0));
    }
}
