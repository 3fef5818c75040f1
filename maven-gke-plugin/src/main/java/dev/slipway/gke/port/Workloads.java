package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.RolloutState;

/** What runs on the cluster. */
public interface Workloads {
    /** {@return whether there is such a namespace; fails if it is being deleted} */
    boolean exists(Connection connection, Namespace namespace);

    /** Creates the namespace; does nothing if it is there. */
    void create(Connection connection, Namespace namespace);

    /** {@return how far the Deployments, StatefulSets and DaemonSets of the manifest are} */
    RolloutState rollout(Connection connection, Namespace namespace, Manifest manifest);

    /**
     * {@return whether what the last look at the rollout saw complete still is: stalled if a container has ended since, progressing if
     * fewer replicas are ready} It takes one request for each workload, and counts from the rollouts that the same instance has seen.
     */
    RolloutState settled(Connection connection, Namespace namespace, Manifest manifest);

    /** {@return how many of the manifest's objects are still there} */
    int remaining(Connection connection, Namespace namespace, Manifest manifest);
}
