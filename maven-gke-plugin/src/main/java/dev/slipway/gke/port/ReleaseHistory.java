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
}
