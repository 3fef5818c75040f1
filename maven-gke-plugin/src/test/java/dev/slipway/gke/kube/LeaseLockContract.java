package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RevisionRecord.State;
import dev.slipway.gke.port.Grip;
import dev.slipway.gke.port.ReleaseLock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for the lock, whatever API server keeps it. */
abstract class LeaseLockContract {
    static final ReleaseName SHOP = new ReleaseName("shop");
    static final Owner ADA = new Owner(
            "ada",
            "laptop",
            ProcessHandle.current().pid(),
            Optional.of("a".repeat(40)),
            Optional.of(URI.create("https://ci.example.com/run/1")));
    static final Owner BOB = new Owner("bob", "runner", 1, Optional.empty(), Optional.empty());
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private final List<KubeClients> all = new ArrayList<>();

    abstract Connection connection();

    abstract Namespace namespace();

    @AfterEach
    void closeClients() {
        all.forEach(KubeClients::close);
    }

    KubeClients clients(Clock clock) {
        KubeClients clients = new KubeClients(new NoPause(), clock);
        all.add(clients);
        return clients;
    }

    /** {@return a lock as another machine would have it, whose clock is wrong by so much} */
    LeaseLock lock(Duration wrong) {
        return new LeaseLock(clients(Clock.offset(Clock.systemUTC(), wrong)), 3, Duration.ofMillis(300));
    }

    LeaseLock lock() {
        return lock(Duration.ZERO);
    }

    ReleaseLock.Claim claim(ReleaseLock lock, Owner owner) {
        return lock.claim(connection(), namespace(), SHOP, owner);
    }

    Grip held(ReleaseLock lock, Owner owner) {
        return claim(lock, owner).fold(ReleaseLock.Held::grip, taken -> {
            throw new AssertionError("taken by " + taken.holder());
        });
    }

    static RevisionRecord record(int revision, State state) {
        return new RevisionRecord(
                revision,
                state,
                Optional.of("docker.io/acme/shop@sha256:" + "b".repeat(64)),
                Optional.of("c".repeat(40)),
                Optional.of(NOW.minusSeconds(60)),
                "inputs",
                "manifest",
                "ada",
                "laptop",
                Optional.of(URI.create("https://ci.example.com/run/1")),
                NOW);
    }

    @Test
    @DisplayName("of two owners one has it, and the other learns who, from where, since when and for which commit")
    void twoOwners() {
        try (Grip grip = held(lock(), ADA)) {
            Holder holder = claim(lock(), BOB)
                    .fold(
                            held -> {
                                throw new AssertionError("held twice");
                            },
                            ReleaseLock.Taken::holder);
            assertThat(holder.owner()).isEqualTo(ADA);
            assertThat(holder.since()).isBetween(Instant.now().minusSeconds(30), Instant.now());
            assertThat(grip.lost()).isFalse();
        }
    }

    @Test
    @DisplayName("is free again when it is closed, and the next owner hears of no dead one")
    void released() {
        held(lock(), ADA).close();
        try (Grip grip = held(lock(), BOB)) {
            assertThat(grip.previous()).isEmpty();
        }
        assertThat(lock().holder(connection(), namespace(), SHOP)).isEmpty();
    }

    @Test
    @DisplayName("stays with an owner who renews it, also in the eyes of a machine whose clock is an hour wrong")
    void renewed() throws InterruptedException {
        try (Grip grip = held(lock(), ADA)) {
            LeaseLock ahead = lock(Duration.ofHours(1));
            LeaseLock behind = lock(Duration.ofHours(-1));
            for (int i = 0; i < 4; i++) {
                assertThat(claim(ahead, BOB)).isInstanceOf(ReleaseLock.Taken.class);
                assertThat(claim(behind, BOB)).isInstanceOf(ReleaseLock.Taken.class);
                Thread.sleep(200);
            }
            assertThat(grip.lost()).isFalse();
        }
    }

    @Test
    @DisplayName("goes over to the next at once when its owner's process is gone from this machine")
    void processGone() throws IOException, InterruptedException {
        Process gone = new ProcessBuilder("sleep", "60").start();
        Owner killed = new Owner("ada", "here", gone.pid(), Optional.empty(), Optional.empty());
        Grip left = held(new LeaseLock(clients(Clock.systemUTC()), 3, Duration.ofHours(1)), killed);
        assertThat(claim(lock(), BOB)).isInstanceOf(ReleaseLock.Taken.class);
        gone.destroyForcibly().waitFor();
        try (Grip grip = held(lock(), BOB)) {
            assertThat(grip.previous().map(Holder::owner)).contains(killed);
            assertThat(grip.lost()).isFalse();
        }
        left.close();
    }

    @Test
    @DisplayName(
            "keeps what is noted of revisions from one owner to the next, the newest first, and no more than it should")
    void records() {
        try (Grip grip = held(lock(), ADA)) {
            for (int revision = 1; revision <= 4; revision++) {
                grip.record(record(revision, State.PENDING));
                grip.record(record(revision, State.GOOD));
            }
            grip.record(record(5, State.PENDING));
        }
        List<RevisionRecord> expected = List.of(record(5, State.PENDING), record(4, State.GOOD), record(3, State.GOOD));
        assertThat(lock().records(connection(), namespace(), SHOP)).isEqualTo(expected);
        try (Grip grip = held(lock(), BOB)) {
            assertThat(grip.records()).isEqualTo(expected);
            grip.record(record(5, State.FAILED));
            assertThat(grip.records().get(0).state()).isEqualTo(State.FAILED);
        }
    }

    @Test
    @DisplayName("forgets what was noted of a release that is gone, when one with its name begins anew")
    void anew() {
        try (Grip grip = held(lock(), ADA)) {
            grip.record(record(7, State.GOOD));
            grip.record(record(1, State.PENDING));
            assertThat(grip.records()).extracting(RevisionRecord::revision).containsExactly(1);
        }
    }

    @Test
    @DisplayName("is lost when somebody deletes it; nothing can be noted then")
    void deleted() {
        Grip grip = held(lock(), ADA);
        grip.record(record(1, State.GOOD));
        takeAway();
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> grip.record(record(2, State.PENDING)));
        assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_LOCKED);
        assertThat(grip.lost()).isTrue();
        grip.close();
    }

    /** Deletes the Lease behind its owner's back. */
    abstract void takeAway();

    @Test
    @DisplayName("is forgotten with all that was noted, but not while somebody has it")
    void forgotten() {
        LeaseLock lock = lock();
        Grip grip = held(lock, ADA);
        grip.record(record(1, State.GOOD));
        lock().forget(connection(), namespace(), SHOP);
        assertThat(lock.records(connection(), namespace(), SHOP)).hasSize(1);
        grip.close();
        lock.forget(connection(), namespace(), SHOP);
        assertThat(lock.records(connection(), namespace(), SHOP)).isEmpty();
        lock.forget(connection(), namespace(), SHOP);
    }
}
