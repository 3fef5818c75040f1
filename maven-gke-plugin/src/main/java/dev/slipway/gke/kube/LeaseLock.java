package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.port.ReleaseLock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The lock of a release is a Lease ({@code coordination.k8s.io/v1}) in its namespace, {@code gke-deploy-RELEASE}; what was noted of its
 * revisions is an annotation of it, so that one request reads both. Every change carries the version that was read: of two who want
 * the lock at once, the API server lets one through.
 *
 * <p>Whether a holder is dead is judged without trusting the clocks of two machines to agree: its process is gone from this very
 * machine; or the Lease was not renewed while we watched it for as long as it lasts; or for four times as long by the API server's
 * own clock. See ADR 0015.
 */
public final class LeaseLock implements ReleaseLock {
    /** How often a holder says that it is alive. */
    static final Duration BEAT = Duration.ofSeconds(5);

    /** After how long without that a holder counts as dead. */
    static final Duration LASTS = Duration.ofSeconds(15);

    private static final int LONG_DEAD = 4;

    private final KubeClients clients;
    private final int keep;
    private final Duration beat;
    private final Map<String, Watched> watched = new HashMap<>();

    /** How long a Lease was seen not to change. */
    private record Watched(String version, Instant lastLook, Duration unchanged) {}

    /**
     * @param clients the way to the clusters
     * @param keep how many revisions are kept on record
     */
    public LeaseLock(KubeClients clients, int keep) {
        this(clients, keep, BEAT);
    }

    LeaseLock(KubeClients clients, int keep, Duration beat) {
        this.clients = clients;
        this.keep = keep;
        this.beat = beat;
    }

    @Override
    public Claim claim(Connection connection, Namespace namespace, ReleaseName release, Owner me) {
        KubeApi api = clients.of(connection);
        Clock clock = clients.clock();
        String identity = me.who() + "@" + me.host() + "/" + me.pid() + "/" + UUID.randomUUID();
        while (true) {
            Optional<Reply> found = api.look(path(namespace, release));
            if (found.isEmpty()) {
                ObjectNode fresh = LeaseText.fresh(namespace, release);
                LeaseText.take(fresh, me, identity, clock.instant());
                Optional<JsonNode> made = api.create(leases(namespace), fresh);
                if (made.isPresent()) {
                    return held(api, namespace, release, identity, made.get(), Optional.empty());
                }
                continue;
            }
            ObjectNode lease = object(api, found.get());
            Optional<Holder> holder = LeaseText.holder(lease);
            if (holder.isPresent() && !dead(connection, found.get(), lease)) {
                return new Taken(holder.get());
            }
            LeaseText.take(lease, me, identity, clock.instant());
            Optional<JsonNode> taken = api.replace(path(namespace, release), lease);
            if (taken.isPresent()) {
                return held(api, namespace, release, identity, taken.get(), holder);
            }
            // Somebody was faster, or an answer of ours was lost on its way: look again.
            Optional<JsonNode> now = api.find(path(namespace, release)).filter(l -> LeaseText.heldBy(l, identity));
            if (now.isPresent()) {
                return held(api, namespace, release, identity, now.get(), holder);
            }
        }
    }

    @Override
    public Optional<Holder> holder(Connection connection, Namespace namespace, ReleaseName release) {
        KubeApi api = clients.of(connection);
        Optional<Reply> found = api.look(path(namespace, release));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode lease = object(api, found.get());
        return LeaseText.holder(lease).filter(holder -> !dead(connection, found.get(), lease));
    }

    @Override
    public List<RevisionRecord> records(Connection connection, Namespace namespace, ReleaseName release) {
        return clients.of(connection)
                .find(path(namespace, release))
                .map(LeaseText::records)
                .orElse(List.of());
    }

    @Override
    public void forget(Connection connection, Namespace namespace, ReleaseName release) {
        KubeApi api = clients.of(connection);
        boolean gone = false;
        while (!gone) {
            Optional<Reply> found = api.look(path(namespace, release));
            if (found.isEmpty()) {
                return;
            }
            ObjectNode lease = object(api, found.get());
            if (LeaseText.holder(lease).isPresent() && !dead(connection, found.get(), lease)) {
                // Somebody has begun to deploy it anew.
                return;
            }
            gone = api.delete(path(namespace, release), LeaseText.version(lease));
        }
    }

    private Claim held(
            KubeApi api,
            Namespace namespace,
            ReleaseName release,
            String identity,
            JsonNode lease,
            Optional<Holder> previous) {
        return new Held(
                new LeaseGrip(api, path(namespace, release), identity, lease, previous, keep, beat, clients.clock()));
    }

    private boolean dead(Connection connection, Reply reply, ObjectNode lease) {
        Duration lasts = LeaseText.lasts(lease).orElse(LASTS);
        if (LeaseText.process(lease).filter(ThisMachine::lost).isPresent()) {
            return true;
        }
        boolean longDead = reply.date()
                .flatMap(now -> LeaseText.changed(lease).map(then -> Duration.between(then, now)))
                .filter(age -> age.compareTo(lasts.multipliedBy(LONG_DEAD)) > 0)
                .isPresent();
        return longDead || unchanged(connection, lease).compareTo(lasts) > 0;
    }

    /** {@return for how long we have seen the Lease as it is; a machine that slept has not looked} */
    private synchronized Duration unchanged(Connection connection, ObjectNode lease) {
        String key = connection.server() + LeaseText.address(lease);
        String version = LeaseText.version(lease);
        Instant now = clients.clock().instant();
        Watched before = watched.get(key);
        Duration unchanged = Duration.ZERO;
        if (before != null && before.version().equals(version)) {
            Duration since = Duration.between(before.lastLook(), now);
            unchanged = before.unchanged().plus(since.compareTo(BEAT) < 0 ? since : BEAT);
        }
        watched.put(key, new Watched(version, now, unchanged));
        return unchanged;
    }

    private static ObjectNode object(KubeApi api, Reply reply) {
        return api.parsed(reply).deepCopy();
    }

    private static String leases(Namespace namespace) {
        return "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
    }

    private static String path(Namespace namespace, ReleaseName release) {
        return leases(namespace) + "/" + LeaseText.name(release);
    }
}
