package dev.slipway.gke.kube;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.port.Pause;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * The clients of a run, one for each connection, so that the adapters of this package share sockets and what they learned of
 * the cluster. Cheap to make; a client is made when it is first needed. Thread safe. Close it after the last adapter.
 */
public final class KubeClients implements AutoCloseable {
    private final Pause pause;
    private final Clock clock;
    private final Map<Path, KubeApi> clients = new HashMap<>();

    /**
     * @param pause waits between attempts at a read
     * @param clock tells whether a credential has ended, and how long a trouble has been there
     */
    public KubeClients(Pause pause, Clock clock) {
        this.pause = pause;
        this.clock = clock;
    }

    synchronized KubeApi of(Connection connection) {
        return clients.computeIfAbsent(connection.kubeconfig(), file -> new KubeApi(connection, pause, clock));
    }

    Clock clock() {
        return clock;
    }

    @Override
    public synchronized void close() {
        clients.values().forEach(KubeApi::close);
        clients.clear();
    }
}
