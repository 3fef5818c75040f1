package dev.slipway.gke.step;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;

/** Looks whether there is such a release, before anything is written for its sake. */
public final class SeekRelease implements Step<Connection, SeekRelease.Sought> {
    private final ReleaseHistory history;
    private final Namespace namespace;
    private final ReleaseName release;

    /**
     * What is known then.
     *
     * @param connection the way to the cluster
     * @param nowhere whether there is none
     */
    public record Sought(Connection connection, boolean nowhere) {}

    public SeekRelease(ReleaseHistory history, Namespace namespace, ReleaseName release) {
        this.history = history;
        this.namespace = namespace;
        this.release = release;
    }

    @Override
    public Sought run(Connection connection, Progress progress) {
        return new Sought(
                connection, history.revisions(connection, namespace, release).isEmpty());
    }
}
