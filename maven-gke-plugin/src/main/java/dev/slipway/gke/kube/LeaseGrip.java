package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.port.Grip;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A Lease that is ours, renewed by a thread of its own. While the API server is away nobody can take it; so it is lost only when
 * somebody else has it, or when it should have been renewed and that cannot be done now either.
 */
final class LeaseGrip implements Grip {
    private final KubeApi api;
    private final String path;
    private final String identity;
    private final Optional<Holder> previous;
    private final int keep;
    private final Clock clock;
    private final Thread heart;

    private final ReentrantLock mutex = new ReentrantLock();
    private ObjectNode lease;
    private Instant renewed;
    private boolean lost;

    LeaseGrip(
            KubeApi api,
            String path,
            String identity,
            JsonNode lease,
            Optional<Holder> previous,
            int keep,
            Duration beat,
            Clock clock) {
        this.api = api;
        this.path = path;
        this.identity = identity;
        this.lease = lease.deepCopy();
        this.previous = previous;
        this.keep = keep;
        this.clock = clock;
        this.renewed = clock.instant();
        this.heart = new Thread(() -> beat(beat), "lock of " + path.replaceAll(".*/", ""));
        heart.setDaemon(true);
        heart.start();
    }

    @Override
    public Optional<Holder> previous() {
        return previous;
    }

    @Override
    public List<RevisionRecord> records() {
        return alone(() -> LeaseText.records(lease));
    }

    @Override
    public void record(RevisionRecord revision) {
        boolean noted = alone(() -> update(changed -> LeaseText.note(changed, revision, keep)));
        if (!noted) {
            throw new DeployFailure(
                    FailureCode.RELEASE_LOCKED,
                    "The lock was lost to "
                            + LeaseText.holder(lease)
                                    .map(holder -> holder.owner().toString())
                                    .orElse("somebody who deleted it"),
                    path,
                    "Wait for the other deploy, and run the same command again");
        }
    }

    @Override
    public boolean lost() {
        return alone(() -> {
            if (lost || Duration.between(renewed, clock.instant()).compareTo(LeaseLock.LASTS) < 0) {
                return lost;
            }
            try {
                return !renew();
            } catch (DeployFailure away) {
                return true;
            }
        });
    }

    @Override
    public void close() {
        heart.interrupt();
        alone(() -> {
            try {
                for (int attempt = 0; !lost && attempt < 3; attempt++) {
                    ObjectNode free = lease.deepCopy();
                    LeaseText.release(free);
                    if (api.replaceNow(path, free)) {
                        break;
                    }
                    // A beat of ours, or somebody's label.
                    Optional<JsonNode> now = api.find(path).filter(found -> LeaseText.heldBy(found, identity));
                    now.ifPresent(found -> lease = found.deepCopy());
                    lost = now.isEmpty();
                }
            } catch (DeployFailure away) {
                // It ends by itself when nobody renews it.
            }
            lost = true;
            return lost;
        });
    }

    private void beat(Duration every) {
        try {
            boolean ours = true;
            while (ours) {
                Thread.sleep(every.toMillis());
                ours = alone(() -> {
                    try {
                        return renew();
                    } catch (DeployFailure away) {
                        // The next beat tries again; whoever is about to write asks whether it is lost.
                        return true;
                    }
                });
            }
        } catch (InterruptedException | DeployFailure closed) {
            // Nobody waits for this thread.
        }
    }

    private boolean renew() {
        return update(changed -> LeaseText.renew(changed, clock.instant()));
    }

    /** {@return whether it is still ours; the change is made then} */
    private boolean update(Consumer<ObjectNode> change) {
        while (!lost) {
            ObjectNode changed = lease.deepCopy();
            change.accept(changed);
            Optional<JsonNode> answer = api.replace(path, changed);
            if (answer.isPresent()) {
                lease = answer.get().deepCopy();
                renewed = clock.instant();
                return true;
            }
            Optional<JsonNode> now = api.find(path);
            now.ifPresent(found -> lease = found.deepCopy());
            lost = now.filter(found -> LeaseText.heldBy(found, identity)).isEmpty();
        }
        return false;
    }

    /** A beat may wait for the API server for long; who waits for the beat can be interrupted. */
    private <T> T alone(Supplier<T> work) {
        try {
            mutex.lockInterruptibly();
        } catch (InterruptedException e) {
            throw DeployFailure.interrupted("waiting for the lock's heartbeat", e);
        }
        try {
            return work.get();
        } finally {
            mutex.unlock();
        }
    }
}
