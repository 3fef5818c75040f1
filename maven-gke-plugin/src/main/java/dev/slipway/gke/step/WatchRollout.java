package dev.slipway.gke.step;

import static java.util.stream.Collectors.joining;

import dev.slipway.gke.config.Budgets;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Waits until every replica of every workload is of the new revision and ready, or until that is certain not to happen, or until a
 * budget or the deadline is over. An API server that goes away in the middle is waited for; that time counts for no budget.
 */
public final class WatchRollout implements Step<Released, Released> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    /** An API server that has just started may not know everybody's rights yet. */
    private static final Duration WAKING = Duration.ofSeconds(15);

    private static final Budgets NO_BUDGETS =
            new Budgets(Optional.empty(), Optional.empty(), Optional.empty(), Duration.ZERO);

    private final Workloads workloads;
    private final Budgets budgets;
    private final Pause pause;
    private final Clock clock;
    private final Deadline deadline;

    /** Watches with the deadline alone. */
    public WatchRollout(Workloads workloads, Pause pause, Clock clock, Deadline deadline) {
        this(workloads, NO_BUDGETS, pause, clock, deadline);
    }

    /** Watches with budgets too; the deadline holds in any case. */
    public WatchRollout(Workloads workloads, Budgets budgets, Pause pause, Clock clock, Deadline deadline) {
        this.workloads = workloads;
        this.budgets = budgets;
        this.pause = pause;
        this.clock = clock;
        this.deadline = deadline;
    }

    @Override
    public Released run(Released released, Progress progress) {
        return new Watch(released, progress.begin("rollout", "revision " + released.revision())).run();
    }

    /** One watch: what was seen on the looks before. */
    private final class Watch {
        private final Released released;
        private final Progress.Line line;
        private final Instant start = clock.instant();
        /** Since when a pod waits for the same thing. */
        private final Map<RolloutState.Waiting, Instant> waiting = new HashMap<>();

        private Optional<Instant> away = Optional.empty();
        private Instant back = Instant.MIN;
        private String counts = "nothing seen yet";
        private Optional<RolloutState> last = Optional.empty();

        Watch(Released released, Progress.Line line) {
            this.released = released;
            this.line = line;
        }

        Released run() {
            while (true) {
                Optional<RolloutState> state = look();
                if (state.isPresent() && complete(state.get())) {
                    return released;
                }
                if (deadline.passed()) {
                    throw failure(
                            released,
                            FailureCode.ROLLOUT_TIMED_OUT,
                            last.map(WatchRollout::shortfall).orElse(counts) + " when the "
                                    + deadline.budget().toSeconds() + " s were over",
                            tryTimeout());
                }
                state.ifPresent(this::overBudget);
                pause.upTo(LOOK_AGAIN, deadline);
            }
        }

        /** {@return what the cluster shows; empty if it shows nothing now} */
        private Optional<RolloutState> look() {
            try {
                RolloutState state = workloads.rollout(
                        released.site().connection(),
                        released.site().namespace(),
                        released.rendering().manifest());
                away.ifPresent(this::returned);
                counts = counts(state);
                last = Optional.of(state);
                return last;
            } catch (DeployFailure failure) {
                if (failure.code() == FailureCode.CLUSTER_UNREACHABLE && !deadline.passed()) {
                    if (away.isEmpty()) {
                        away = Optional.of(clock.instant());
                        line.update(failure.what() + "; the watch goes on when it is back");
                    }
                    return Optional.empty();
                }
                if (waking() && refused(failure)) {
                    return Optional.empty();
                }
                throw failure;
            }
        }

        private void returned(Instant since) {
            back = clock.instant();
            Duration gone = Duration.between(since, back);
            waiting.replaceAll((pod, from) -> from.plus(gone));
            away = Optional.empty();
            line.update("the API server is back after " + gone.toSeconds() + " s");
        }

        private boolean waking() {
            return away.isPresent() || clock.instant().isBefore(back.equals(Instant.MIN) ? back : back.plus(WAKING));
        }

        private boolean complete(RolloutState state) {
            Optional<String> ready =
                    state.fold(progressing -> Optional.empty(), complete -> Optional.of(counts), stalled -> {
                        throw stalled(released, stalled);
                    });
            if (ready.isEmpty()) {
                line.update(counts);
                return false;
            }
            line.done(ready.get() + " after "
                    + Duration.between(start, clock.instant()).toSeconds() + " s (revision " + released.revision()
                    + ")");
            return true;
        }

        private void overBudget(RolloutState state) {
            List<RolloutState.Waiting> pods =
                    state.fold(RolloutState.Progressing::waiting, complete -> List.of(), stalled -> List.of());
            waiting.keySet().retainAll(pods);
            for (RolloutState.Waiting pod : pods) {
                Instant since = waiting.computeIfAbsent(pod, first -> clock.instant());
                Part part = Part.of(pod.phase());
                Optional<Duration> budget = part.of(budgets);
                if (budget.isPresent()
                        && Duration.between(since, clock.instant()).compareTo(budget.get()) >= 0) {
                    throw failure(
                            released,
                            FailureCode.ROLLOUT_TIMED_OUT,
                            "Pod " + pod.pod() + " " + part.words + " after "
                                    + budget.get().toSeconds() + " s, the budget for " + part.name + " ("
                                    + part.parameter + "): " + counts,
                            "If it needs more time, give it more with -D" + part.parameter
                                    + "=…, within -Dgke.timeout; else " + part.advice);
                }
            }
        }

        private String tryTimeout() {
            return "Look at the evidence for what the pods wait for; give a slow start more time with -Dgke.timeout=10m";
        }
    }

    /** {@return the failure of a release that will not get better by waiting} */
    static DeployFailure stalled(Released released, RolloutState.Stalled stalled) {
        return failure(released, code(stalled.cause()), stalled.reason(), advice(stalled.cause()));
    }

    private static DeployFailure failure(Released released, FailureCode code, String what, String tryThis) {
        Site site = released.site();
        return new DeployFailure(
                code,
                what,
                "revision " + released.revision() + " in namespace " + site.namespace() + " on "
                        + site.connection().cluster(),
                tryThis);
    }

    /** The parts of a rollout that have a budget. */
    private enum Part {
        SCHEDULING(
                "scheduling",
                "gke.budget.scheduling",
                "has no node",
                "make room on the nodes, or lower what the pod asks for"),
        PULL("the pull", "gke.budget.pull", "has not got its images", "make the image smaller"),
        START("the start", "gke.budget.start", "is not ready", "read its log for what it waits for");

        private final String name;
        private final String parameter;
        private final String words;
        private final String advice;

        Part(String name, String parameter, String words, String advice) {
            this.name = name;
            this.parameter = parameter;
            this.words = words;
            this.advice = advice;
        }

        Optional<Duration> of(Budgets budgets) {
            return switch (this) {
                case SCHEDULING -> budgets.scheduling();
                case PULL -> budgets.pull();
                case START -> budgets.start();
            };
        }

        static Part of(RolloutState.Phase phase) {
            return switch (phase) {
                case SCHEDULING -> SCHEDULING;
                case PULLING -> PULL;
                case STARTING -> START;
            };
        }
    }

    private static boolean refused(DeployFailure failure) {
        return failure.code() == FailureCode.CLUSTER_DENIED || failure.code() == FailureCode.CLUSTER_UNAUTHORIZED;
    }

    private static FailureCode code(RolloutState.Cause cause) {
        return switch (cause) {
            case CRASH_LOOP -> FailureCode.CRASH_LOOP;
            case IMAGE_UNPULLABLE -> FailureCode.IMAGE_UNPULLABLE;
            case CANNOT_START -> FailureCode.CONTAINER_CANNOT_START;
            case OUT_OF_MEMORY -> FailureCode.OUT_OF_MEMORY;
            case UNSCHEDULABLE -> FailureCode.UNSCHEDULABLE;
            case PODS_REFUSED -> FailureCode.PODS_REFUSED;
            case DEADLINE_EXCEEDED, OTHER -> FailureCode.ROLLOUT_STALLED;
        };
    }

    private static String advice(RolloutState.Cause cause) {
        return switch (cause) {
            case CRASH_LOOP ->
                "Read the log of the container that crashed, mend the program or its settings, deploy again";
            case IMAGE_UNPULLABLE ->
                "Push the image, or let the cluster pull it (imagePullSecrets, or the nodes' right to the registry), then"
                        + " deploy again";
            case CANNOT_START ->
                "Mend the container's command, user, Secrets or ConfigMaps in the chart or its values, then deploy again";
            case OUT_OF_MEMORY -> "Raise resources.limits.memory in the values, or make the program need less";
            case UNSCHEDULABLE ->
                "Lower resources.requests, mend the node selector, or give the cluster more or other nodes";
            case PODS_REFUSED -> "Make the pods what the rule asks for, or ask for more quota; then deploy again";
            case DEADLINE_EXCEEDED, OTHER -> "Look at the evidence, mend what it names, and deploy again";
        };
    }

    private static String shortfall(RolloutState state) {
        return state.counts().stream()
                .filter(count ->
                        count.ready() < count.wanted() || !count.detail().isEmpty())
                .map(count -> count.workload() + " has " + count.ready() + " of " + count.wanted() + " replicas ready"
                        + (count.detail().isEmpty() ? "" : " (" + count.detail() + ")"))
                .collect(joining("; "));
    }

    /** {@return how far each workload is, in a line} */
    static String counts(RolloutState state) {
        return state.counts().isEmpty()
                ? "no workloads"
                : state.counts().stream().map(RolloutState.Count::toString).collect(joining("; "));
    }
}
