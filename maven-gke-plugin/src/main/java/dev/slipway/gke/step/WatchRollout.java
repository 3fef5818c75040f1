package dev.slipway.gke.step;

import static java.util.stream.Collectors.joining;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.Workloads;
import dev.slipway.gke.progress.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Waits until every replica of every workload is of the new revision and ready, or until that is certain not to happen. */
public final class WatchRollout implements Step<Released, Released> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration SPEAK_AT_LEAST = Duration.ofSeconds(10);

    private final Workloads workloads;
    private final Pause pause;
    private final Clock clock;
    private final Deadline deadline;

    public WatchRollout(Workloads workloads, Pause pause, Clock clock, Deadline deadline) {
        this.workloads = workloads;
        this.pause = pause;
        this.clock = clock;
        this.deadline = deadline;
    }

    @Override
    public Released run(Released released, Progress progress) {
        Instant start = clock.instant();
        Instant spoken = start;
        Progress.Line line = progress.begin("rollout", "revision " + released.revision());
        while (true) {
            RolloutState state = workloads.rollout(
                    released.site().connection(),
                    released.site().namespace(),
                    released.rendering().manifest());
            Optional<String> ready =
                    state.fold(progressing -> Optional.empty(), complete -> Optional.of(counts(complete)), stalled -> {
                        throw failure(FailureCode.ROLLOUT_STALLED, stalled.reason(), released);
                    });
            Duration waited = Duration.between(start, clock.instant());
            if (ready.isPresent()) {
                line.done(ready.get() + " after " + waited.toSeconds() + " s (revision " + released.revision() + ")");
                return released;
            }
            if (deadline.passed()) {
                throw failure(
                        FailureCode.ROLLOUT_TIMED_OUT,
                        counts(state) + " when the " + deadline.budget().toSeconds() + " s were over",
                        released);
            }
            line.update(counts(state));
            if (Duration.between(spoken, clock.instant()).compareTo(SPEAK_AT_LEAST) >= 0) {
                spoken = clock.instant();
                line.update(counts(state) + " (" + waited.toSeconds() + " s)");
            }
            pause.upTo(LOOK_AGAIN, deadline);
        }
    }

    private static String counts(RolloutState state) {
        return state.counts().isEmpty()
                ? "no workloads"
                : state.counts().stream().map(RolloutState.Count::toString).collect(joining("; "));
    }

    private static DeployFailure failure(FailureCode code, String what, Released released) {
        Site site = released.site();
        return new DeployFailure(
                code,
                what,
                "revision " + released.revision() + " in namespace " + site.namespace() + " on "
                        + site.connection().cluster(),
                "Look at the pods: kubectl -n " + site.namespace()
                        + " describe pods; then mend the image or the values and"
                        + " deploy again, or give a slow start more time with -Dgke.timeout=10m");
    }
}
