package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeKind;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Quota;
import dev.slipway.gke.model.Right;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a cluster lets us do, and what it has. Changes nothing. */
public interface ClusterAccess {
    /** {@return those of the rights that we lack, in the order in which they were asked for; as few questions as can be} */
    List<Right> lacking(Connection connection, List<Right> wanted);

    /** {@return who we are to the API server, such as {@code deployer@acme.iam.gserviceaccount.com}; empty if it does not say} */
    Optional<String> user(Connection connection);

    /** {@return how the API server serves a kind; empty if it knows none such} */
    Optional<KubeKind> kind(Connection connection, String apiVersion, String kind);

    /** {@return what is left of the namespace's quotas; empty if there are none, or they may not be seen} */
    List<Quota> quotas(Connection connection, Namespace namespace);

    /** {@return the version of Kubernetes, such as {@code v1.34.4}} */
    String version(Connection connection);

    /** {@return what time it is there; empty if it does not say} */
    Optional<Instant> time(Connection connection);

    /** {@return whether the namespace is being deleted} */
    boolean ending(Connection connection, Namespace namespace);
}
