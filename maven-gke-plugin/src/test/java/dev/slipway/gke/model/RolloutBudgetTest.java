package dev.slipway.gke.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The time that a rollout takes by its own probes")
class RolloutBudgetTest {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final Map<String, Object> SLOW_START = Map.of("periodSeconds", 10, "failureThreshold", 60);

    @Test
    @DisplayName("is nothing for what has no probes")
    void noProbes() {
        RolloutBudget budget = RolloutBudget.of(manifest("Deployment", Map.of(), Map.of()));

        assertThat(budget.workloads().get(0).leastOfAll()).isZero();
        assertThat(budget.workloads().get(0).most()).isEmpty();
        assertThat(budget.risks(Duration.ofSeconds(1), Optional.empty())).isEmpty();
        assertThat(budget.impossible(Duration.ofSeconds(1), Optional.empty())).isEmpty();
    }

    @Test
    @DisplayName("is a risk where the startup probe is more patient than the timeout")
    void patientProbe() {
        RolloutBudget budget = RolloutBudget.of(manifest("Deployment", Map.of(), Map.of("startupProbe", SLOW_START)));

        assertThat(budget.risks(FIVE_MINUTES, Optional.empty()))
                .containsExactly(new Risk(
                        Risk.Kind.BUDGET_TOO_SHORT,
                        "Deployment/ml",
                        "Deployment/ml: its probes let a start take 10 min, but gke.timeout is 5 min"));
        assertThat(budget.risks(Duration.ofMinutes(10), Optional.empty())).isEmpty();
        assertThat(budget.impossible(FIVE_MINUTES, Optional.empty())).isEmpty();
    }

    @Test
    @DisplayName(
            "is a risk where the start has a budget of its own that the probe may use up, or a deadline for progress")
    void otherBudgets() {
        RolloutBudget budget = RolloutBudget.of(
                manifest("Deployment", Map.of("progressDeadlineSeconds", 300), Map.of("startupProbe", SLOW_START)));

        assertThat(budget.risks(Duration.ofHours(1), Optional.of(Duration.ofSeconds(90))))
                .extracting(Risk::text)
                .containsExactly(
                        "Deployment/ml: its probes let a start take 10 min, but gke.budget.start is 90 s",
                        "Deployment/ml: its probes let a start take 10 min, but its progressDeadlineSeconds are 300");
    }

    @Test
    @DisplayName("cannot be had where the readiness probe begins after the timeout, or the pod has to stay up too long")
    void impossible() {
        RolloutBudget budget = RolloutBudget.of(manifest(
                "Deployment",
                Map.of("minReadySeconds", 60),
                Map.of("readinessProbe", Map.of("initialDelaySeconds", 300, "successThreshold", 2))));

        assertThat(budget.impossible(FIVE_MINUTES, Optional.empty()))
                .contains("Deployment/ml needs at least 370 s by its own probes, but there are 5 min (gke.timeout)");
        assertThat(budget.impossible(Duration.ofSeconds(370), Optional.empty())).isEmpty();
        assertThat(budget.impossible(Duration.ofHours(1), Optional.of(FIVE_MINUTES)))
                .contains("A pod of Deployment/ml needs at least 370 s to start by its own probes, but its budget is"
                        + " 5 min (gke.budget.start)");
    }

    @ParameterizedTest(name = "{0} of {1} with maxSurge {2} and maxUnavailable {3}: {4} before, {5} after")
    @DisplayName("is multiplied by how many pods come up one after another, which is fewer for a first release")
    @CsvSource({
        "Deployment, 4, 25%, 25%, 1, 2",
        "Deployment, 3, 1, 0, 1, 3",
        "Deployment, 3, 0, 1, 1, 3",
        "Deployment, 10, 25%, 25%, 1, 2",
        "Deployment, 10, 100%, 0, 1, 1",
        "StatefulSet, 3, 1, 1, 3, 3",
        "DaemonSet, 3, 1, 0, 1, 1"
    })
    void waves(String kind, int replicas, String surge, String unavailable, int first, int update) {
        Map<String, Object> spec = Map.of(
                "replicas",
                replicas,
                "strategy",
                Map.of("rollingUpdate", Map.of("maxSurge", surge, "maxUnavailable", unavailable)));
        Map<String, Object> probes = Map.of("readinessProbe", Map.of("initialDelaySeconds", 10));
        Manifest before = manifest(kind, spec, Map.of("image", "old"));

        assertThat(RolloutBudget.of(manifest(kind, spec, probes))
                        .workloads()
                        .get(0)
                        .leastOfAll())
                .isEqualTo(Duration.ofSeconds(10L * first));
        assertThat(RolloutBudget.of(manifest(kind, spec, probes), Optional.of(before))
                        .workloads()
                        .get(0)
                        .leastOfAll())
                .isEqualTo(Duration.ofSeconds(10L * update));
    }

    @Test
    @DisplayName("does not count pods that stay as they are")
    void unchanged() {
        Manifest before = manifest("Deployment", Map.of("replicas", 1), Map.of("startupProbe", SLOW_START));
        Manifest after = manifest("Deployment", Map.of("replicas", 2), Map.of("startupProbe", SLOW_START));

        assertThat(RolloutBudget.of(after, Optional.of(before)).workloads()).isEmpty();
    }

    private static Manifest manifest(String kind, Map<String, Object> spec, Map<String, Object> container) {
        Map<String, Object> all = new HashMap<>(spec);
        all.put("template", Map.of("spec", Map.of("containers", List.of(container))));
        return new Manifest(
                List.of(new KubeObject("apps/v1", kind, "ml", Map.of("metadata", Map.of("name", "ml"), "spec", all))));
    }
}
