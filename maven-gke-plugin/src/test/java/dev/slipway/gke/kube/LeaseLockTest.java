package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.fake.FakeTime;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.RevisionRecord.State;
import dev.slipway.gke.port.Grip;
import dev.slipway.gke.port.ReleaseLock;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The lock of a release")
class LeaseLockTest extends LeaseLockContract {
    private static final String LEASE = FakeLeases.PATH + "v1/namespaces/dev/leases/gke-deploy-shop";

    private final FakeLeases leases = new FakeLeases();
    private FakeApiServer server;
    private Connection connection;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer(FakeApiServer.Identity.local(folder)).behaves(FakeLeases.PATH, leases::answer);
        connection = server.connection(folder, "{}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    Connection connection() {
        return connection;
    }

    @Override
    Namespace namespace() {
        return new Namespace("dev");
    }

    @Override
    void takeAway() {
        leases.leases.clear();
    }

    @Test
    @DisplayName("goes over to the next when it was watched for as long as it lasts and nobody renewed it")
    void expired() {
        held(new LeaseLock(clients(new FakeTime()), 3, Duration.ofHours(1)), ADA);
        FakeTime time = new FakeTime();
        LeaseLock patient = new LeaseLock(clients(time), 3);
        for (int second = 0; second <= 15; second++) {
            assertThat(claim(patient, BOB)).as("second %d", second).isInstanceOf(ReleaseLock.Taken.class);
            time.forward(Duration.ofSeconds(1));
        }
        try (Grip grip = held(patient, BOB)) {
            assertThat(grip.previous().map(Holder::owner)).contains(ADA);
        }
    }

    @Test
    @DisplayName("does not go over to a machine that slept: it has not watched")
    void slept() {
        held(new LeaseLock(clients(new FakeTime()), 3, Duration.ofHours(1)), ADA);
        FakeTime time = new FakeTime();
        LeaseLock sleeper = new LeaseLock(clients(time), 3);
        claim(sleeper, BOB);
        time.forward(Duration.ofHours(1));
        assertThat(claim(sleeper, BOB)).isInstanceOf(ReleaseLock.Taken.class);
    }

    @Test
    @DisplayName(
            "goes over at once when by the API server's own clock it was not renewed for four times as long as it lasts")
    void longDead() {
        held(new LeaseLock(clients(new FakeTime()), 3, Duration.ofHours(1)), ADA);
        leases.age = 55;
        assertThat(claim(lock(Duration.ofHours(5)), BOB)).isInstanceOf(ReleaseLock.Taken.class);
        leases.age = 65;
        try (Grip grip = held(lock(Duration.ofHours(-5)), BOB)) {
            assertThat(grip.previous()).isPresent();
        }
    }

    @Test
    @DisplayName(
            "is lost to its old owner when somebody else has it, and is not taken from the new one by letting it go")
    void lost() {
        Grip old = held(new LeaseLock(clients(new FakeTime()), 3, Duration.ofMillis(50)), ADA);
        Objects.requireNonNull(leases.leases.get(LEASE)).withObject("/spec").put("holderIdentity", "somebody");
        Objects.requireNonNull(leases.leases.get(LEASE)).withObject("/metadata").put("resourceVersion", "999");
        awaitLost(old);
        assertThat(old.lost()).isTrue();
        old.close();
        assertThat(leases.leases.get(LEASE).at("/spec/holderIdentity").asText()).isEqualTo("somebody");
    }

    @Test
    @DisplayName(
            "is not lost by an API server that was away for longer than it lasts, if nobody else took it meanwhile")
    void away() {
        FakeTime time = new FakeTime();
        Grip grip = held(new LeaseLock(clients(time), 3, Duration.ofHours(1)), ADA);
        leases.away = true;
        time.forward(Duration.ofSeconds(20));
        assertThat(grip.lost()).as("while it is away").isTrue();
        leases.away = false;
        assertThat(grip.lost()).as("when it is back").isFalse();
        grip.close();
    }

    @Test
    @DisplayName("survives somebody who labels the Lease")
    void labelled() {
        Grip grip = held(new LeaseLock(clients(new FakeTime()), 3, Duration.ofHours(1)), ADA);
        Objects.requireNonNull(leases.leases.get(LEASE))
                .withObject("/metadata/labels")
                .put("team", "ml");
        Objects.requireNonNull(leases.leases.get(LEASE)).withObject("/metadata").put("resourceVersion", "999");
        grip.record(record(1, State.GOOD));
        assertThat(leases.leases.get(LEASE).at("/metadata/labels/team").asText())
                .isEqualTo("ml");
        assertThat(grip.records()).hasSize(1);
        grip.close();
        assertThat(leases.leases.get(LEASE).at("/spec/holderIdentity").asText()).isEmpty();
    }

    @Test
    @DisplayName("takes spoilt notes for none")
    void spoilt() {
        held(lock(), ADA).close();
        Objects.requireNonNull(leases.leases.get(LEASE))
                .withObject("/metadata/annotations")
                .put(LeaseText.RECORDS, "{not json");
        assertThat(lock().records(connection, namespace(), SHOP)).isEmpty();
    }

    @Test
    @DisplayName("asks once to learn who has it and what is noted, and once more to take it")
    void fast() {
        held(lock(), ADA).close();
        int before = server.received().size();
        Grip grip = held(new LeaseLock(clients(new FakeTime()), 3), BOB);
        grip.records();
        assertThat(server.lines().subList(before, server.lines().size()))
                .containsExactly("GET " + LEASE, "PUT " + LEASE);
        grip.close();
    }

    private static void awaitLost(Grip grip) {
        for (int i = 0; i < 100 && !grip.lost(); i++) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
