package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Each fault is made for real, on top of version 1, which serves before and after. */
@EndToEnd
@Order(8)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName(
        "A rollout that cannot succeed fails within 20 seconds of the cluster knowing it, says why, and the last version serves:")
class RolloutFaultIT {
    private static final String LAST_WORDS = "fatal: the model file /models/model.onnx is not there";

    private final Workshop workshop;
    private final Faulty faulty;

    RolloutFaultIT(Workshop workshop) {
        this.workshop = workshop;
        faulty = workshop.faulty("faults-rollout");
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
    @DisplayName("a container that keeps crashing, with its exit code and its last words")
    void crashLoop() {
        try (Pods pods = Pods.of(workshop.cluster(), faulty.namespace())) {
            Run run = faulty.fails("GKE-505", "{version: \"2\", fault: crash, exitCode: 3}");

            Instant known = pods.first(
                    "in a crash loop",
                    container -> container.at("/state/waiting/reason").asText().equals("CrashLoopBackOff"));
            faulty.toldInTime("crash loop", known, run);
            assertThat(run.errors()).contains("faulty").contains("exit code 3").contains(LAST_WORDS);
            rolledBack(run);
        }
    }

    @Test
    @Order(2)
    @DisplayName("an image that is not in the registry, by its name")
    void imageNotThere() {
        Run run = faulty.fails("GKE-506", "{version: \"2\", otherImage: \"localhost:5000/slipway/nobody:1\"}");

        faulty.toldInTime("image that does not exist", faulty.event("Failed", "slipway/nobody:1"), run);
        assertThat(run.errors()).contains("localhost:5000/slipway/nobody:1").contains("not found");
        rolledBack(run);
    }

    @Test
    @Order(3)
    @DisplayName("a readiness that never comes, when the time for it is over, with what the probe was answered")
    void neverReady() {
        Run run = faulty.fails("GKE-501", "{version: \"2\", fault: never-ready}", "-Dgke.timeout=25s");

        Measured.note(workshop.target(), "readiness that never comes, gke.timeout=25s", "GKE-501", run);
        assertThat(run.errors()).contains("0 of 1").contains("503");
        assertThat(run.took()).isLessThan(Duration.ofSeconds(40));
        rolledBack(run);
    }

    @Test
    @Order(4)
    @DisplayName("a container that takes more memory than it may, with its limit")
    void outOfMemory() {
        try (Pods pods = Pods.of(workshop.cluster(), faulty.namespace())) {
            Run run = faulty.fails("GKE-508", "{version: \"2\", fault: memory, resources: {limits: {memory: 32Mi}}}");

            Instant known = pods.first(
                    "killed for its memory", container -> container.toString().contains("OOMKilled"));
            faulty.toldInTime("out of memory", known, run);
            assertThat(run.errors()).contains("32Mi").contains("holding ");
            rolledBack(run);
        }
    }

    @Test
    @Order(5)
    @DisplayName("a CPU request that no node can hold")
    void unschedulable() {
        Run run = faulty.fails("GKE-509", "{version: \"2\", resources: {requests: {cpu: \"999\"}}}");

        faulty.toldInTime("CPU request no node can hold", faulty.event("FailedScheduling", "Insufficient cpu"), run);
        assertThat(run.errors()).contains("Insufficient cpu").contains("999");
        rolledBack(run);
    }

    @Test
    @Order(6)
    @DisplayName("a ResourceQuota that is used up, with its name")
    void quota() {
        workshop.cluster()
                .kubectl("create", "quota", "small", "--hard=pods=1", "-n", faulty.namespace())
                .text();
        try {
            Run run = faulty.fails("GKE-510", "version: \"2\"");

            faulty.toldInTime("ResourceQuota exceeded", faulty.event("FailedCreate", "exceeded quota: small"), run);
            assertThat(run.errors()).contains("exceeded quota: small");
            rolledBack(run);
        } finally {
            workshop.cluster()
                    .kubectl("delete", "quota", "small", "-n", faulty.namespace())
                    .text();
        }
    }

    @Test
    @Order(7)
    @DisplayName("a pod that Pod Security refuses, with the rule it breaks")
    void podSecurity() {
        label("pod-security.kubernetes.io/enforce=restricted");
        try {
            Run run = faulty.fails("GKE-510", "{version: \"2\", root: true}");

            faulty.toldInTime("Pod Security refuses", faulty.event("FailedCreate", "violates PodSecurity"), run);
            assertThat(run.errors()).contains("violates PodSecurity").contains("runAsUser=0");
            rolledBack(run);
        } finally {
            label("pod-security.kubernetes.io/enforce-");
        }
    }

    @Test
    @Order(8)
    @DisplayName("a hook that fails, with its exit code and its last words")
    void failingHook() {
        Run run = faulty.fails("GKE-411", "{version: \"2\", hook: {outcome: fail}}");

        Instant known = Instant.parse(workshop.cluster()
                .get("job", "faulty-migrate", "-n", faulty.namespace())
                .at("/status/conditions")
                .valueStream()
                .filter(condition -> condition.path("type").asText().equals("Failed"))
                .map(condition -> condition.path("lastTransitionTime").asText())
                .findFirst()
                .orElseThrow());
        faulty.toldInTime("failing hook", known, run);
        assertThat(run.errors()).contains("faulty-migrate").contains(LAST_WORDS);
        rolledBack(run);
    }

    @Test
    @Order(9)
    @DisplayName("a test of Helm's that fails, with its exit code and its last words")
    void failingTest() {
        Run run = faulty.deploy("{version: \"2\", test: {outcome: fail}}")
                .with("gke:verify")
                .start()
                .end();

        faulty.failed("GKE-511", run);
        Measured.note(workshop.target(), "failing helm test", "GKE-511", run);
        assertThat(run.errors()).contains("faulty-test").contains(LAST_WORDS);
        // The release itself is well: what to make of its test is the user's to say.
        faulty.serves("2");
        int revision = faulty.revision();
        Run unchanged = faulty.deploy("{version: \"2\", test: {outcome: fail}}")
                .with("-Dgke.test")
                .start()
                .end();
        faulty.failed("GKE-511", unchanged);
        assertThat(faulty.revision()).as("nothing was taken back").isEqualTo(revision);
        Run verified = faulty.deploy("{version: \"2\", test: {outcome: ok}}")
                .with("gke:verify")
                .start()
                .end();
        assertThat(verified.exitCode())
                .as("%s\n%s", verified.log(), verified.errors())
                .isZero();
    }

    @Test
    @Order(10)
    @DisplayName(
            "and left as it is when gke.onFailure is keep, so that it can be looked at; the next deploy goes on from there")
    void kept() {
        faulty.good("3");

        faulty.fails("GKE-505", "{version: \"4\", fault: crash, exitCode: 3}", "-Dgke.onFailure=keep");

        // The old pods serve as long as no new one is ready.
        faulty.serves("3");
        assertThat(faulty.report().path("outcome").asText()).isEqualTo("failed");
        JsonNode history = workshop.helms().get(0).json("history", "faulty", "-n", faulty.namespace());
        assertThat(history.path(history.size() - 1).path("status").asText()).isIn("failed", "deployed");
        faulty.good("5");
        faulty.upgradable();
    }

    @Test
    @Order(11)
    @DisplayName(
            "and a first release that fails stays, because there is nothing to go back to; the next deploy puts it right")
    void firstRelease() {
        Faulty first = workshop.faulty("faults-first");
        try {
            Run run = first.fails("GKE-505", "{version: \"1\", fault: crash, exitCode: 3}");

            assertThat(run.errors()).contains(LAST_WORDS);
            assertThat(first.report().path("outcome").asText()).isEqualTo("failed");
            assertThat(first.revision()).isEqualTo(1);
            first.good("2");
            first.upgradable();
        } finally {
            first.deleteNamespace();
        }
    }

    @Test
    @Order(12)
    @DisplayName("but an address that does not come takes no healthy version back")
    void noAddress() {
        faulty.good("6");
        Run run = faulty.deploy(
                        "{version: \"7\", service: {type: LoadBalancer, loadBalancerClass: slipway.dev/nobody}}")
                .with("-Dgke.budget.address=5s")
                .start()
                .end();

        faulty.serves("7");
        assertThat(run.text()).contains("address");
        assertThat(faulty.report().path("outcome").asText()).isNotEqualTo("rolled-back");
        faulty.good("8");
    }

    @Test
    @Order(13)
    @DisplayName(
            "a container that is ready and ends a moment later, with gke.settle, with its exit code and its last words")
    void crashesAfterwards() {
        try (Pods pods = Pods.of(workshop.cluster(), faulty.namespace())) {
            Run run = faulty.deploy("{version: \"9\", fault: crash, seconds: 8, exitCode: 3}")
                    .with("-Dgke.settle=30s")
                    .start()
                    .end();

            faulty.failed("GKE-505", run);
            Instant known = pods.first(
                    "ended with exit code 3", container -> container.toString().contains("\"exitCode\":3"));
            faulty.toldInTime("crash after the rollout was complete", known, run);
            assertThat(run.text()).contains("Deployment/faulty 1/1 ready after");
            assertThat(run.errors())
                    .contains("was up, and has ended since with exit code 3")
                    .contains(LAST_WORDS);
            rolledBack(run);
        }
    }

    private void rolledBack(Run run) {
        faulty.servesStill();
        faulty.upgradable();
        assertThat(faulty.report().path("outcome").asText()).isEqualTo("rolled-back");
        assertThat(run.text()).as(run.log().toString()).containsPattern("(?i)revision \\d+ serves");
    }

    private void label(String label) {
        workshop.cluster()
                .kubectl("label", "namespace", faulty.namespace(), label, "--overwrite")
                .text();
    }
}
