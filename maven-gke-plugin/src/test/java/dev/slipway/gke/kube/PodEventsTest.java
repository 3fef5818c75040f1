package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A pod's events add")
class PodEventsTest {

    @ParameterizedTest(name = "{0} {1}")
    @DisplayName("whether a node is on its way to a pod that has none")
    @CsvSource(
            delimiter = '|',
            value = {
                "TriggeredScaleUp  | pod triggered scale-up: [{gke-ml-pool 1->2 (max: 3)}] | false | never",
                "NotTriggerScaleUp | pod didn't trigger scale-up: 1 node(s) didn't match Pod's node affinity/selector | true | 0",
                "NotTriggerScaleUp | pod didn't trigger scale-up: 1 max node group size reached | true | 0",
                "NotTriggerScaleUp | pod didn't trigger scale-up: 1 in backoff after failed scale-up | true | 60",
                "Other             | nothing of it | true | 60",
                "Other             | nothing of it | false | 15",
            })
    void scaleUp(String reason, String message, boolean autoscaled, String patience) {
        PodDiagnosis pod = explained("unschedulable", autoscaled, event(reason, message, "2026-01-01T00:00:00Z"));

        if (patience.equals("never")) {
            assertThat(pod.trouble()).isEmpty();
            assertThat(pod.detail()).isEqualTo("scheduling (a new node is on its way)");
        } else {
            assertThat(pod.trouble().orElseThrow().patience()).isEqualTo(Duration.ofSeconds(Long.parseLong(patience)));
        }
    }

    @Test
    @DisplayName("the last word of the autoscaler, not the first")
    void lastWord() {
        PodDiagnosis pod = explained(
                "unschedulable",
                true,
                event("NotTriggerScaleUp", "pod didn't trigger scale-up: max limit reached", "2026-01-01T00:01:00Z"),
                event("TriggeredScaleUp", "pod triggered scale-up", "2026-01-01T00:00:00Z"));

        assertThat(pod.trouble().orElseThrow().sentence())
                .endsWith("no node is added: pod didn't trigger scale-up: max limit" + " reached");
    }

    @Test
    @DisplayName("that it was a probe which killed a container")
    void killed() {
        List<JsonNode> events = new ArrayList<>();
        Fixtures.json("events/restarted-by-probe").path("items").forEach(events::add);

        assertThat(explained("restarted-by-probe", false, events.toArray(JsonNode[]::new))
                        .trouble()
                        .orElseThrow()
                        .sentence())
                .contains("was started again 3 times")
                .contains("Container app failed startup probe, will be restarted: Startup probe failed: dial tcp");
    }

    @Test
    @DisplayName("what a probe was answered")
    void loading() {
        assertThat(explained(
                                "not-ready",
                                false,
                                event(
                                        "Unhealthy",
                                        "Readiness probe failed: HTTP probe failed with statuscode: 503",
                                        "2026-01-01T00:00:00Z"))
                        .detail())
                .endsWith("(Readiness probe failed: HTTP probe failed with statuscode: 503)");
    }

    @Test
    @DisplayName("what a volume lacks, believed if it stays so")
    void volume() {
        Trouble trouble = explained(
                        "no-volume",
                        false,
                        event(
                                "FailedMount",
                                "MountVolume.SetUp failed for volume \"s\" : secret \"absent\" not found",
                                "2026-01-01T00:00:00Z"))
                .trouble()
                .orElseThrow();

        assertThat(trouble.sentence()).endsWith("secret \"absent\" not found");
        assertThat(trouble.patience()).isEqualTo(Duration.ofSeconds(15));
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName(
            "that a workload's pods are refused, for controllers that say so by events alone; a rule at once, a quota after"
                    + " a while")
    @CsvSource({
        "statefulset-refused, 0, violates PodSecurity",
        "daemonset-refused, 10, exceeded quota: none",
        "job-refused, 0, violates PodSecurity"
    })
    void refused(String name, int patience, String words) {
        JsonNode workload = Fixtures.json("workloads/" + name);
        List<JsonNode> events = new ArrayList<>();
        Fixtures.json("events/" + name).path("items").forEach(events::add);

        Trouble trouble =
                Refusal.of("X/x", "uid", Refusal.among(events, workload).orElseThrow());

        assertThat(trouble.sentence())
                .startsWith("X/x cannot create its pods: ")
                .contains(words);
        assertThat(trouble.patience()).isEqualTo(Duration.ofSeconds(patience));
    }

    @Test
    @DisplayName("nothing of an earlier revision: a refusal from before the workload was last changed does not count")
    void old() {
        ObjectNode workload = Fixtures.json("workloads/statefulset-refused").deepCopy();
        ((ObjectNode) workload.path("metadata"))
                .putArray("managedFields")
                .addObject()
                .put("manager", "helm")
                .put("time", "2026-11-23T23:00:00Z");
        List<JsonNode> events = new ArrayList<>();
        Fixtures.json("events/statefulset-refused").path("items").forEach(events::add);

        assertThat(Refusal.among(events, workload)).isEmpty();
    }

    private static PodDiagnosis explained(String pod, boolean autoscaled, JsonNode... events) {
        return new PodEvents(List.of(events)).explain(PodDiagnosis.of(Fixtures.json("pods/" + pod)), () -> autoscaled);
    }

    private static JsonNode event(String reason, String message, String time) {
        return Fixtures.parse("{}")
                .<ObjectNode>deepCopy()
                .put("reason", reason)
                .put("message", message)
                .put("lastTimestamp", time);
    }
}
