package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.config.Budgets;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.FakeCluster;
import dev.slipway.gke.fake.FakeTime;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.RolloutState.Cause;
import dev.slipway.gke.model.RolloutState.Phase;
import dev.slipway.gke.progress.Journal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Watching a rollout")
class WatchRolloutTest {
    private static final Budgets NONE =
            new Budgets(Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofMinutes(2));

    private final FakeTime time = new FakeTime();
    private final FakeCluster cluster = new FakeCluster();
    private final List<String> said = new ArrayList<>();
    private final Journal journal = new Journal(time, said::add, said::add);

    @ParameterizedTest(name = "{0}: {1}")
    @DisplayName("fails with a code of its own for each kind of trouble")
    @CsvSource({
        "CRASH_LOOP, CRASH_LOOP",
        "IMAGE_UNPULLABLE, IMAGE_UNPULLABLE",
        "CANNOT_START, CONTAINER_CANNOT_START",
        "OUT_OF_MEMORY, OUT_OF_MEMORY",
        "UNSCHEDULABLE, UNSCHEDULABLE",
        "PODS_REFUSED, PODS_REFUSED",
        "DEADLINE_EXCEEDED, ROLLOUT_STALLED",
        "OTHER, ROLLOUT_STALLED"
    })
    void codes(Cause cause, FailureCode code) {
        cluster.rollouts.add(new RolloutState.Stalled(List.of(), cause, "the cluster's words"));

        DeployFailure failure = failure(NONE);

        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.what()).isEqualTo("the cluster's words");
        assertThat(failure.tryThis()).isNotBlank();
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("ends when a pod's budget is over, by the budget's name and its parameter")
    @CsvSource({
        "SCHEDULING, Pod p has no node after 5 s, gke.budget.scheduling",
        "PULLING, Pod p has not got its images after 10 s, gke.budget.pull",
        "STARTING, Pod p is not ready after 20 s, gke.budget.start"
    })
    void budgets(Phase phase, String words, String parameter) {
        Instant start = time.instant();
        for (int i = 0; i < 1000; i++) {
            cluster.rollouts.add(waiting(phase));
        }

        DeployFailure failure = failure(new Budgets(
                Optional.of(Duration.ofSeconds(10)),
                Optional.of(Duration.ofSeconds(5)),
                Optional.of(Duration.ofSeconds(20)),
                Duration.ZERO));

        assertThat(failure.code()).isEqualTo(FailureCode.ROLLOUT_TIMED_OUT);
        assertThat(failure.what()).startsWith(words).contains(parameter);
        assertThat(Duration.between(start, time.instant())).isLessThan(Duration.ofSeconds(21));
    }

    @Test
    @DisplayName("gives each pod its own time: one after another may take longer than one may")
    void oneAfterAnother() {
        for (int i = 0; i < 36; i++) {
            String pod = "p" + i / 9;
            cluster.rollouts.add(
                    new RolloutState.Progressing(List.of(), List.of(new RolloutState.Waiting(pod, Phase.STARTING))));
        }

        watch(new Budgets(Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(10)), Duration.ZERO));

        assertThat(said).last().asString().contains("2/2 ready after 36 s");
    }

    @Test
    @DisplayName("goes on when the API server is back, says that it was away, and does not count that time to a pod")
    void away() {
        cluster.rollouts.add(waiting(Phase.STARTING));
        for (int i = 0; i < 3; i++) {
            cluster.rollouts.add(waiting(Phase.STARTING));
        }
        cluster.away = 0;
        FakeCluster flaky = cluster;
        flaky.away = 30;

        watch(new Budgets(Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(10)), Duration.ZERO));

        assertThat(said)
                .anyMatch(line -> line.contains("cannot be reached") && line.contains("goes on when it is back"))
                .anyMatch(line -> line.contains("the API server is back after 30 s"))
                .last()
                .asString()
                .contains("2/2 ready");
    }

    @Test
    @DisplayName("fails with the API server's absence only when the whole time is over")
    void awayForEver() {
        cluster.away = 100_000;
        Instant start = time.instant();

        DeployFailure failure = failure(NONE);

        assertThat(failure.code()).isIn(FailureCode.CLUSTER_UNREACHABLE);
        assertThat(Duration.between(start, time.instant())).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
    }

    private static RolloutState waiting(Phase phase) {
        return new RolloutState.Progressing(
                List.of(new RolloutState.Count("Deployment/ml", 1, 1, 0, "")),
                List.of(new RolloutState.Waiting("p", phase)));
    }

    private DeployFailure failure(Budgets budgets) {
        return catchThrowableOfType(DeployFailure.class, () -> watch(budgets));
    }

    private void watch(Budgets budgets) {
        Site site = new Site(
                new Connection("ml", URI.create("https://10.0.0.1"), Path.of("private")), new Namespace("dev"), true);
        Manifest manifest = new Manifest(List.of());
        new WatchRollout(cluster, budgets, time, time, Deadline.in(Duration.ofSeconds(60), time))
                .run(
                        new Released(site, new Rendering(new ChartId("ml", "1"), manifest, manifest, ""), 7, false),
                        journal);
    }
}
