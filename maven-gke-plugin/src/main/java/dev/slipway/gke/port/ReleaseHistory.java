package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import java.util.List;

/** The revisions of a release that the cluster keeps, read without Helm. */
public interface ReleaseHistory {
    /** {@return every revision that is kept, the newest first; empty if there is no such release or namespace} */
    List<Release> revisions(Connection connection, Namespace namespace, ReleaseName release);

    /**
     * Writes down that a revision which is still pending has failed, so that any Helm can upgrade the release again. Only for one
     * whose owner is known to be dead.
     *
     * @param pending the revision, as it was read
     * @param why the new description
     * @throws dev.slipway.gke.failure.DeployFailure RELEASE_BUSY if somebody has changed it meanwhile
     */
    void markFailed(Connection connection, Release pending, String why);

    /**
     * Makes the newest revision the one that the next upgrade is compared with. Does nothing unless the newest has failed and an
     * older one still counts as deployed: that one is superseded then, as Helm's own rollback does it. Without this, a {@link
     * ReleaseEngine#restore} leaves behind what the failed revision has added.
     */
    void settle(Connection connection, Namespace namespace, ReleaseName release);

    /**
     * Deletes the records of old revisions, never of the newest that is deployed, and never of a pending one.
     *
     * @param keep how many to keep, at least 1
     */
    void prune(Connection connection, Namespace namespace, ReleaseName release, int keep);
}
