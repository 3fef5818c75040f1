package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;

/** Looks for why something does not run. */
public interface Diagnostics {
    /** {@return pods, logs and events of the manifest's workloads; within seconds, and as much as can be had} */
    Evidence collect(Connection connection, Namespace namespace, Manifest manifest);
}
