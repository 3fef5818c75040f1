package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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

@DisplayName("Settling")
class SettleTest {
    private static final RolloutState DOWN =
            new RolloutState.Progressing(List.of(new RolloutState.Count("Deployment/ml-service", 2, 2, 1, "")));
    private static final RolloutState CRASHED =
            new RolloutState.Stalled(List.of(), Cause.CRASH_LOOP, "Container app of pod p was up, and has ended since");

    private final FakeTime time = new FakeTime();
    private final Instant start = time.instant();
    private final FakeCluster cluster = new FakeCluster();
    private final List<String> said = new ArrayList<>();
    private final Journal journal = new Journal(time, said::add, said::add);

    @Test
    @DisplayName("is one look that takes no time and says nothing, if all is well")
    void well() {
        settle(Duration.ZERO);

        assertThat(cluster.settledLooks).isEqualTo(1);
        assertThat(said).isEmpty();
        assertThat(passed()).isZero();
    }

    @Test
    @DisplayName("fails with the crash, by its code, and the journal has it")
    void crashed() {
        cluster.settled.add(CRASHED);

        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> settle(Duration.ZERO));

        assertThat(failure.code()).isEqualTo(FailureCode.CRASH_LOOP);
        assertThat(failure.what()).contains("was up, and has ended since");
        assertThat(journal.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.name()).isEqualTo("settle");
            assertThat(entry.outcome()).isEqualTo(Journal.Outcome.FAILED);
        });
    }

    @Test
    @DisplayName("waits for pods that are only not ready any more, and looks again")
    void flips() {
        cluster.settled.add(DOWN);
        cluster.rollouts.add(DOWN);

        settle(Duration.ZERO);

        assertThat(cluster.settledLooks).isEqualTo(2);
        assertThat(said).anyMatch(line -> line.contains("not any more: Deployment/ml-service 1/2 ready"));
    }

    @Test
    @DisplayName("ends with the rollout's failure if they do not get ready again")
    void staysDown() {
        cluster.settled.add(DOWN);
        for (int i = 0; i < 100; i++) {
            cluster.rollouts.add(DOWN);
        }

        assertThatExceptionOfType(DeployFailure.class)
                .isThrownBy(() -> settle(Duration.ZERO))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(FailureCode.ROLLOUT_TIMED_OUT));
    }

    @Test
    @DisplayName("goes on for as long as it is told to, and begins anew when something was wrong")
    void longer() {
        cluster.settled.add(new RolloutState.Complete(List.of()));
        cluster.settled.add(new RolloutState.Complete(List.of()));
        cluster.settled.add(DOWN);

        settle(Duration.ofSeconds(10));

        assertThat(passed()).isEqualTo(Duration.ofSeconds(12));
        assertThat(said).last().asString().contains("2/2 ready, and stayed so for 10 s");
    }

    @Test
    @DisplayName("sees a crash in that time")
    void crashedLater() {
        for (int i = 0; i < 5; i++) {
            cluster.settled.add(new RolloutState.Complete(List.of()));
        }
        cluster.settled.add(CRASHED);

        assertThatExceptionOfType(DeployFailure.class).isThrownBy(() -> settle(Duration.ofSeconds(10)));
        assertThat(passed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("is over with the time for all: what was well until then is not taken back")
    void outOfTime() {
        settle(Duration.ofMinutes(5));

        assertThat(passed()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    @DisplayName("waits for an API server that is away")
    void away() {
        cluster.away = 5;

        settle(Duration.ZERO);

        assertThat(passed()).isEqualTo(Duration.ofSeconds(5));
        assertThat(said).anyMatch(line -> line.contains("it is looked at when it is back"));
    }

    private Duration passed() {
        return Duration.between(start, time.instant());
    }

    private void settle(Duration length) {
        Deadline deadline = Deadline.in(Duration.ofSeconds(60), time);
        Site site = new Site(
                new Connection("ml", URI.create("https://10.0.0.1"), Path.of("private")), new Namespace("dev"), true);
        Manifest manifest = new Manifest(List.of());
        Released released = new Released(site, new Rendering(new ChartId("ml", "1"), manifest, manifest, ""), 7, false);
        new Settle(cluster, length, new WatchRollout(cluster, time, time, deadline), time, time, deadline)
                .run(new Deployed(released, Optional.empty(), Optional.empty()), journal);
    }
}
