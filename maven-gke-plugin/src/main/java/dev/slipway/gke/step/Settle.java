package dev.slipway.gke.step;

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

/**
 * Looks once more at the pods of a release that was complete and has answered, and fails if a container of them has ended since: a
 * program may be ready, and crash a moment later. Where pods are only not ready any more, the rollout is watched again. With a time to
 * settle it goes on looking until all has stayed well for so long.
 */
public final class Settle implements Step<Deployed, Deployed> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Workloads workloads;
    private final Duration time;
    private final Step<Released, Released> watch;
    private final Pause pause;
    private final Clock clock;
    private final Deadline deadline;

    /**
     * Looks.
     *
     * @param time how long it has to stay well; zero for one look
     * @param watch watches a rollout that is not complete any more
     * @param deadline for all of it: a release that was well until then has settled
     */
    public Settle(
            Workloads workloads,
            Duration time,
            Step<Released, Released> watch,
            Pause pause,
            Clock clock,
            Deadline deadline) {
        this.workloads = workloads;
        this.time = time;
        this.watch = watch;
        this.pause = pause;
        this.clock = clock;
        this.deadline = deadline;
    }

    @Override
    public Deployed run(Deployed deployed, Progress progress) {
        new Watch(deployed.released(), progress).run();
        return deployed;
    }

    /** One release; a look that finds all well, and is the only one, says nothing. */
    private final class Watch {
        private final Released released;
        private final Progress progress;
        private Optional<Progress.Line> line = Optional.empty();

        Watch(Released released, Progress progress) {
            this.released = released;
            this.progress = progress;
        }

        void run() {
            if (!time.isZero()) {
                say("seeing whether it stays up for " + time.toSeconds() + " s");
            }
            Instant well = clock.instant();
            while (true) {
                Optional<RolloutState> state = look();
                if (state.isPresent() && whole(state.get())) {
                    Duration stayed = Duration.between(well, clock.instant());
                    if (stayed.compareTo(time) >= 0 || deadline.passed()) {
                        line.ifPresent(open -> open.done(
                                WatchRollout.counts(state.get()) + ", and stayed so for " + stayed.toSeconds() + " s"));
                        return;
                    }
                } else if (state.isPresent()) {
                    say("not any more: " + WatchRollout.counts(state.get()));
                    watch.run(released, progress);
                    well = clock.instant();
                    continue;
                }
                pause.upTo(LOOK_AGAIN, deadline);
            }
        }

        private boolean whole(RolloutState state) {
            return state.fold(progressing -> false, complete -> true, stalled -> {
                say("not any more: " + stalled.reason());
                throw WatchRollout.stalled(released, stalled);
            });
        }

        /** {@return what the cluster shows; empty if its API server is away now} */
        private Optional<RolloutState> look() {
            try {
                return Optional.of(workloads.settled(
                        released.site().connection(),
                        released.site().namespace(),
                        released.rendering().manifest()));
            } catch (DeployFailure failure) {
                if (failure.code() != FailureCode.CLUSTER_UNREACHABLE || deadline.passed()) {
                    throw failure;
                }
                say(failure.what() + "; it is looked at when it is back");
                return Optional.empty();
            }
        }

        private void say(String text) {
            line.ifPresentOrElse(open -> open.update(text), () -> line = Optional.of(progress.begin("settle", text)));
        }
    }
}
