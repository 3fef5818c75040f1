package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.LogLine;
import dev.slipway.gke.model.LogQuery;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import java.util.function.Consumer;

/** Looks for why something does not run. */
public interface Diagnostics {
    /**
     * {@return pods, logs and events of the manifest's workloads, Jobs and pods, and the events of its Services and claims} It
     * takes seconds at most, and gives as much as can be had; it fails for nothing but an interrupt.
     */
    Evidence collect(Connection connection, Namespace namespace, Manifest manifest);

    /**
     * Reads the logs of the manifest's pods.
     *
     * @param deadline until when they are followed at most
     * @param reader gets each line, one at a time; of each container in order
     * @return how many containers were read
     */
    int logs(
            Connection connection,
            Namespace namespace,
            Manifest manifest,
            LogQuery query,
            Deadline deadline,
            Consumer<LogLine> reader);
}
