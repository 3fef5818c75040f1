package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.model.RolloutState.Cause;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A workload's own word on its rollout")
class WorkloadStatusTest {

    @ParameterizedTest(name = "{0}")
    @DisplayName("is believed when every replica is new, ready and available")
    @CsvSource({"Deployment, 2", "StatefulSet, 1", "DaemonSet, 1"})
    void complete(String kind, int wanted) {
        WorkloadStatus status = WorkloadStatus.of(kind, complete(kind));

        assertThat(status).isEqualTo(new WorkloadStatus(kind + "/good", true, wanted, wanted, true, status.trouble()));
        assertThat(status.trouble()).isEmpty();
    }

    @ParameterizedTest(name = "{0} with {1} = {2}")
    @DisplayName("is not believed when anything is missing, left over, or not yet looked at")
    @CsvSource({
        "Deployment, observedGeneration, 0",
        "Deployment, updatedReplicas, 1",
        "Deployment, readyReplicas, 1",
        "Deployment, availableReplicas, 1",
        "Deployment, replicas, 3",
        "StatefulSet, observedGeneration, 0",
        "StatefulSet, updatedReplicas, 0",
        "StatefulSet, readyReplicas, 0",
        "StatefulSet, availableReplicas, 0",
        "StatefulSet, replicas, 2",
        "DaemonSet, observedGeneration, 0",
        "DaemonSet, updatedNumberScheduled, 0",
        "DaemonSet, numberReady, 0",
        "DaemonSet, numberAvailable, 0",
    })
    void incomplete(String kind, String field, int value) {
        ObjectNode workload = complete(kind);
        ((ObjectNode) workload.path("status")).put(field, value);

        assertThat(WorkloadStatus.of(kind, workload).complete()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("a workload that was created a moment ago and says 0 of 0 is not complete")
    @CsvSource({"Deployment", "StatefulSet", "DaemonSet"})
    void justCreated(String kind) {
        ObjectNode workload = complete(kind);
        workload.putObject("status");

        assertThat(WorkloadStatus.of(kind, workload).complete()).isFalse();
        assertThat(WorkloadStatus.of(kind, workload).observed()).isFalse();
    }

    @Test
    @DisplayName("quota: says in the API server's words why it cannot create pods")
    void quota() {
        WorkloadStatus status = WorkloadStatus.of("Deployment", Fixtures.json("workloads/deployment-quota"));

        assertThat(status.complete()).isFalse();
        assertThat(status.trouble().orElseThrow().cause()).isEqualTo(Cause.PODS_REFUSED);
        assertThat(status.trouble().orElseThrow().sentence())
                .startsWith("Deployment/q cannot create its pods: pods \"q-")
                .contains("is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0");
    }

    @Test
    @DisplayName("says that its own deadline for progress has passed")
    void deadline() {
        ObjectNode workload = Fixtures.json("workloads/deployment-starting").deepCopy();
        workload.at("/status/conditions").forEach(condition -> {
            if (condition.path("type").asText().equals("Progressing")) {
                ((ObjectNode) condition).put("status", "False").put("reason", "ProgressDeadlineExceeded");
            }
        });

        assertThat(WorkloadStatus.of("Deployment", workload).trouble().map(Trouble::sentence))
                .contains("Deployment/not-found has made no progress for 600 s (ProgressDeadlineExceeded)");
    }

    @Test
    @DisplayName("says that somebody paused it")
    void paused() {
        ObjectNode workload = Fixtures.json("workloads/deployment-starting").deepCopy();
        ((ObjectNode) workload.path("spec")).put("paused", true);

        assertThat(WorkloadStatus.of("Deployment", workload).trouble().map(Trouble::sentence))
                .contains("Deployment/not-found is paused (spec.paused), so nothing of it is rolled out");
    }

    @Test
    @DisplayName("a StatefulSet with a partition is complete when the pods above it are new")
    void partition() {
        ObjectNode set = complete("StatefulSet");
        ((ObjectNode) set.at("/spec/updateStrategy/rollingUpdate")).put("partition", 1);
        ((ObjectNode) set.path("status")).put("updatedReplicas", 0);

        assertThat(WorkloadStatus.of("StatefulSet", set).complete()).isTrue();
    }

    private static ObjectNode complete(String kind) {
        return Fixtures.json("workloads/" + kind.toLowerCase(java.util.Locale.ROOT) + "-complete")
                .deepCopy();
    }
}
