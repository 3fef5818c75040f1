package dev.slipway.gke.kube;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.port.Pause;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a run, one for each connection, so that the adapters of this package share sockets and what they learned of
 * the cluster. Cheap to make; a client is made when it is first needed. Thread safe. Close it after the last adapter.
 */
public final class KubeClients implements AutoCloseable {
    private final Pause pause;
    private final Clock clock;
    private final @Nullable KubeconfigDoor door;
    private final Map<Path, KubeApi> clients = new HashMap<>();

    /**
     * @param pause waits between attempts at a read
     * @param clock tells whether a credential has ended, and how long a trouble has been there
     */
    public KubeClients(Pause pause, Clock clock) {
        this(pause, clock, null);
    }

    /**
     * @param pause waits between attempts at a read
     * @param clock tells whether a credential has ended, and how long a trouble has been there
     * @param door has opened the connections, and can renew a token that a server refuses
     */
    public KubeClients(Pause pause, Clock clock, @Nullable KubeconfigDoor door) {
        this.pause = pause;
        this.clock = clock;
        this.door = door;
    }

    synchronized KubeApi of(Connection connection) {
        return clients.computeIfAbsent(
                connection.kubeconfig(),
                file -> new KubeApi(connection, pause, clock, door == null ? null : door.tokenFile(file)));
    }

    Pause pause() {
        return pause;
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
