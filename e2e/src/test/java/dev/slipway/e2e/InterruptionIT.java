package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@EndToEnd
@Order(8)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("An upgrade that is cut short loses no version, and the next deploy goes on:")
class InterruptionIT {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final String SLOW = "{version: \"V\", fault: slow, seconds: 60}";
    private static final String LONG_HOOK = "{version: \"V\", hook: {outcome: ok, seconds: 60}}";

    private final Workshop workshop;
    private final Faulty faulty;

    InterruptionIT(Workshop workshop) {
        this.workshop = workshop;
        faulty = workshop.faulty("faults-interrupted");
    }

    @BeforeAll
    void versionOne() {
        faulty.good("1");
    }

    @AfterAll
    void takeAway() {
        faulty.deleteNamespace();
    }

    @Test
    @Order(1)
    @DisplayName(
            "SIGTERM while the rollout is watched ends it within ten seconds, rolled back or marked, the lock released")
    void terminatedWhileWatching() {
        try (Running running = faulty.deploy(SLOW.replace("V", "2")).start()) {
            faulty.awaitPod(running, "app.kubernetes.io/name=faulty");

            terminated(running, "SIGTERM while the rollout is watched");
        }
        faulty.servesStill();
        faulty.good("3");
        faulty.upgradable();
    }

    @Test
    @Order(2)
    @DisplayName("SIGTERM while Helm is at work does, too")
    void terminatedWhileHelmWorks() {
        try (Running running = faulty.deploy(LONG_HOOK.replace("V", "4")).start()) {
            faulty.awaitPod(running, "batch.kubernetes.io/job-name=faulty-migrate");

            terminated(running, "SIGTERM while Helm is at work");
        }
        faulty.servesStill();
        faulty.good("5");
        faulty.upgradable();
    }

    @Test
    @Order(3)
    @DisplayName("kill -9 while Helm is at work: the next deploy says in one line what it recovers, and does its work")
    void killedWhileHelmWorks() {
        try (Running running = faulty.deploy(LONG_HOOK.replace("V", "6")).start()) {
            faulty.awaitPod(running, "batch.kubernetes.io/job-name=faulty-migrate");
            running.kill().end();
        }
        faulty.servesStill();
        JsonNode history = workshop.helms().get(0).json("history", "faulty", "-n", faulty.namespace());
        assertThat(history.path(history.size() - 1).path("status").asText()).isEqualTo("pending-upgrade");

        recovers("kill -9 while Helm is at work, the next deploy", "7");
    }

    @Test
    @Order(4)
    @DisplayName("kill -9 while the rollout is watched, likewise")
    void killedWhileWatching() {
        try (Running running = faulty.deploy(SLOW.replace("V", "8")).start()) {
            faulty.awaitPod(running, "app.kubernetes.io/name=faulty");
            running.kill().end();
        }
        faulty.servesStill();

        recovers("kill -9 while the rollout is watched, the next deploy", "9");
    }

    @Test
    @Order(5)
    @DisplayName("the API server is killed and comes back: the deploy goes on and succeeds")
    void apiServerRestarts() {
        try (Running running = faulty.deploy("{version: \"10\", fault: slow, seconds: 20}")
                        .start();
                Asking asking = faulty.asking()) {
            faulty.awaitPod(running, "app.kubernetes.io/name=faulty");
            workshop.cluster().killApiServer();
            workshop.cluster().up();

            Run run = running.end();

            assertThat(run.exitCode()).as("%s\n%s", run.log(), run.errors()).isZero();
            Measured.note(workshop.target(), "API server killed and restarted: the deploy goes on", "", run);
            asking.answeredAlways("\"prediction\"");
        }
        faulty.serves("10");
        faulty.upgradable();
        faulty.leavesNothing();
    }

    @Test
    @Order(6)
    @DisplayName(
            "the API server is killed and stays away: the deploy ends in time, and the next one goes on when it is back")
    void apiServerStaysAway() {
        Duration timeout = Duration.ofSeconds(30);
        try (Running running = faulty.deploy(SLOW.replace("V", "11"))
                        .with("-Dgke.timeout=" + timeout.toSeconds() + "s")
                        .start();
                Asking asking = faulty.asking()) {
            faulty.awaitPod(running, "app.kubernetes.io/name=faulty");
            workshop.cluster().killApiServer();
            try {
                Run run = running.end();

                Measured.note(workshop.target(), "API server gone for good, gke.timeout=30s", "GKE-222", run);
                assertThat(run.exitCode()).isNotZero();
                assertThat(run.errors())
                        .as(run.log().toString())
                        .contains("GKE-222: ")
                        .contains("127.0.0.1:6443");
                assertThat(run.took()).isLessThan(timeout.plusSeconds(20));
                faulty.leavesNothing();
                asking.answeredAlways("\"prediction\"");
            } finally {
                workshop.cluster().up();
            }
        }
        faulty.servesStill();
        recovers("API server gone for good, the next deploy", "12");
    }

    @Test
    @Order(7)
    @DisplayName(
            "kill -9 while a Helm binary waits for a hook: that Helm ends at once, too, and writes to no release that others upgrade")
    void killedWhileHelmBinaryWorks() throws InterruptedException {
        HelmBinary helm = workshop.helms().get(0);
        try (Running running = faulty.deploy(LONG_HOOK.replace("V", "13"))
                .with("-Dgke.helm.engine=cli", "-Dgke.helm.executable=" + helm.path())
                .start()) {
            faulty.awaitPod(running, "batch.kubernetes.io/job-name=faulty-migrate");
            assertThat(faulty.processes()).anyMatch(line -> line.contains(helm.path() + " upgrade"));
            running.kill().end();
        }
        Instant killed = Instant.now();
        while (!faulty.processes().isEmpty() && Instant.now().isBefore(killed.plus(TEN_SECONDS))) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(faulty.processes()).isEmpty();
        // Told to end, it says so; nobody reads that any more, which ends it before it writes.
        int revision = faulty.revision();
        assertThat(status(revision)).isIn("pending-upgrade", "failed");
        faulty.servesStill();

        recovers("kill -9 while a Helm binary waits for a hook, the next deploy", "14");

        assertThat(faulty.revision()).isEqualTo(revision + 1);
        assertThat(status(revision)).isEqualTo("failed");
    }

    private String status(int revision) {
        return workshop.helms()
                .get(0)
                .json("history", "faulty", "-n", faulty.namespace())
                .valueStream()
                .filter(row -> row.path("revision").asInt() == revision)
                .map(row -> row.path("status").asText())
                .findFirst()
                .orElseThrow();
    }

    private void terminated(Running running, String fault) {
        Instant asked = Instant.now();
        Run run = running.terminate().end(Duration.ofSeconds(30));
        Duration took = Duration.between(asked, Instant.now());
        Measured.note(workshop.target(), fault, "GKE-901", asked, Instant.now(), run);
        assertThat(took).as("from SIGTERM to the end, %s", run.log()).isLessThan(TEN_SECONDS);
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.text()).as(run.log().toString()).contains("GKE-901");
        JsonNode history = workshop.helms().get(0).json("history", "faulty", "-n", faulty.namespace());
        assertThat(history.path(history.size() - 1).path("status").asText())
                .as("newest of %s", history)
                .isIn("deployed", "failed");
        assertThat(faulty.lockOwner()).as("owner of the lock").isEmpty();
        faulty.leavesNothing();
    }

    /** The next deploy says that it takes over what a dead one has left, once, and leaves nothing of either. */
    private void recovers(String fault, String version) {
        Run run = faulty.good(version);
        assertThat(run.lines())
                .as(run.log().toString())
                .filteredOn(line -> Pattern.compile("(?i)recover").matcher(line).find())
                .hasSize(1);
        Measured.note(workshop.target(), fault, "", run);
        faulty.upgradable();
    }
}
