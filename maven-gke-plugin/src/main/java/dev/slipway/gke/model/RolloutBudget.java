package dev.slipway.gke.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long a rollout takes at least, and may take at most, by the chart's own word: its probes, how many pods come up one after
 * another, and how long each has to stay up. Nothing is known here of the pulling of images and the finding of nodes, which come on
 * top.
 *
 * @param workloads those that have probes or waits to tell of, in the manifest's order
 */
public record RolloutBudget(List<Workload> workloads) {
    private static final Duration PROGRESS_DEADLINE = Duration.ofMinutes(10);

    /**
     * One workload.
     *
     * @param object kind and name
     * @param waves how many pods come up one after another, at least
     * @param least how long one of them takes before it can count as available
     * @param most how long one of them may take before the kubelet gives it up; empty if it never does
     * @param progressDeadline how long the Deployment waits for progress before it says that there is none
     */
    public record Workload(
            String object, int waves, Duration least, Optional<Duration> most, Optional<Duration> progressDeadline) {
        /** {@return how long all of it takes at least} */
        public Duration leastOfAll() {
            return least.multipliedBy(waves);
        }
    }

    public RolloutBudget {
        workloads = List.copyOf(workloads);
    }

    /** {@return what a first release of the manifest takes: all pods of a Deployment come up side by side} */
    public static RolloutBudget of(Manifest manifest) {
        return of(manifest, Optional.empty());
    }

    /**
     * {@return what the way from one manifest to another takes; workloads whose pods stay as they are do not count}
     *
     * @param before what runs, if anything does
     */
    public static RolloutBudget of(Manifest manifest, Optional<Manifest> before) {
        List<Workload> workloads = new ArrayList<>();
        for (KubeObject object : manifest.objects()) {
            Optional<KubeObject> old = before.flatMap(run -> run.objects().stream()
                    .filter(other -> other.toString().equals(object.toString())
                            && other.namespace().equals(object.namespace()))
                    .findFirst());
            Node spec = Node.of(object.body()).at("spec");
            boolean same = old.isPresent()
                    && spec.at("template")
                            .equals(Node.of(old.get().body()).at("spec").at("template"));
            if (!same && !spec.at("template").empty() && waves(object.kind(), spec, old.isPresent()) > 0) {
                workloads.add(workload(object, spec, old.isPresent()));
            }
        }
        return new RolloutBudget(workloads);
    }

    /**
     * {@return what may go wrong with these times}
     *
     * @param timeout how long all may take
     * @param start how long one pod may take from its start, if that has a budget of its own
     */
    public List<Risk> risks(Duration timeout, Optional<Duration> start) {
        List<Risk> risks = new ArrayList<>();
        for (Workload workload : workloads) {
            workload.most().ifPresent(most -> {
                Duration all = most.multipliedBy(workload.waves());
                if (all.compareTo(timeout) > 0) {
                    risks.add(risk(
                            workload,
                            "its probes let a start take " + text(most)
                                    + (workload.waves() == 1
                                            ? ""
                                            : ", and " + workload.waves() + " pods start one after another")
                                    + ", but gke.timeout is " + text(timeout)));
                }
                start.filter(budget -> most.compareTo(budget) > 0)
                        .ifPresent(budget -> risks.add(risk(
                                workload,
                                "its probes let a start take " + text(most) + ", but gke.budget.start is "
                                        + text(budget))));
                workload.progressDeadline()
                        .filter(deadline -> most.compareTo(deadline) > 0)
                        .ifPresent(deadline -> risks.add(risk(
                                workload,
                                "its probes let a start take " + text(most) + ", but its progressDeadlineSeconds are "
                                        + deadline.toSeconds())));
            });
        }
        return risks;
    }

    /**
     * {@return why it cannot be done in these times whatever happens; empty if it can}
     *
     * @param timeout how long all may take
     * @param start how long one pod may take from its start, if that has a budget of its own
     */
    public Optional<String> impossible(Duration timeout, Optional<Duration> start) {
        for (Workload workload : workloads) {
            if (workload.leastOfAll().compareTo(timeout) > 0) {
                return Optional.of(workload.object() + " needs at least " + text(workload.leastOfAll())
                        + (workload.waves() == 1
                                ? ""
                                : " (" + workload.waves() + " times " + text(workload.least()) + ", one after another)")
                        + " by its own probes, but there are " + text(timeout) + " (gke.timeout)");
            }
            if (start.filter(budget -> workload.least().compareTo(budget) > 0).isPresent()) {
                return Optional.of("A pod of " + workload.object() + " needs at least " + text(workload.least())
                        + " to start by its own probes, but its budget is " + text(start.get())
                        + " (gke.budget.start)");
            }
        }
        return Optional.empty();
    }

    private static Risk risk(Workload workload, String text) {
        return new Risk(Risk.Kind.BUDGET_TOO_SHORT, workload.object(), workload.object() + ": " + text);
    }

    private static String text(Duration time) {
        long seconds = time.toSeconds();
        return seconds < 120 || seconds % 60 != 0 ? seconds + " s" : seconds / 60 + " min";
    }

    private static Workload workload(KubeObject object, Node spec, boolean there) {
        Duration least = Duration.ZERO;
        Duration most = Duration.ZERO;
        boolean endless = false;
        for (Node container : spec.at("template").at("spec").at("containers").items()) {
            Node startup = container.at("startupProbe");
            Node readiness = container.at("readinessProbe");
            least = longer(least, longer(seconds(startup.number("initialDelaySeconds", 0)), readyAtLeast(readiness)));
            if (startup.empty()) {
                // Without a startup probe nobody gives up on a container that is only slow.
                endless |= !readiness.empty();
            } else {
                most = longer(most, gaveUp(startup).plus(readiness.empty() ? Duration.ZERO : readyAtMost(readiness)));
            }
        }
        Duration stays = seconds(spec.number("minReadySeconds", 0));
        boolean known = !endless && !most.isZero();
        return new Workload(
                object.toString(),
                waves(object.kind(), spec, there),
                least.plus(stays),
                known ? Optional.of(most.plus(stays)) : Optional.empty(),
                object.kind().equals("Deployment")
                        ? Optional.of(
                                seconds(spec.number("progressDeadlineSeconds", (int) PROGRESS_DEADLINE.toSeconds())))
                        : Optional.empty());
    }

    private static Duration readyAtLeast(Node readiness) {
        return seconds(readiness.number("initialDelaySeconds", 0))
                .plus(seconds(readiness.number("periodSeconds", 10))
                        .multipliedBy(Math.max(0, readiness.number("successThreshold", 1) - 1)));
    }

    private static Duration readyAtMost(Node readiness) {
        return readyAtLeast(readiness).plus(seconds(readiness.number("periodSeconds", 10)));
    }

    private static Duration gaveUp(Node startup) {
        return seconds(startup.number("initialDelaySeconds", 0))
                .plus(seconds(startup.number("periodSeconds", 10)).multipliedBy(startup.number("failureThreshold", 3)));
    }

    /** How many pods come up one after another; 0 if none does, or if the object is none that rolls out. */
    private static int waves(String kind, Node spec, boolean there) {
        int replicas = spec.number("replicas", 1);
        return switch (kind) {
            case "Deployment" -> {
                boolean recreated = spec.at("strategy").text("type").equals("Recreate");
                yield replicas == 0 ? 0 : !there || recreated ? 1 : ceiling(replicas, atOnce(spec, replicas));
            }
            case "StatefulSet" -> {
                boolean onDelete =
                        there && spec.at("updateStrategy").text("type").equals("OnDelete");
                boolean parallel = !there && spec.text("podManagementPolicy").equals("Parallel");
                int partition =
                        there ? spec.at("updateStrategy").at("rollingUpdate").number("partition", 0) : 0;
                yield onDelete ? 0 : parallel ? Math.min(1, replicas) : Math.max(0, replicas - partition);
            }
            // How many nodes there are is not known here.
            case "DaemonSet" -> there && spec.at("updateStrategy").text("type").equals("OnDelete") ? 0 : 1;
            default -> 0;
        };
    }

    /** How many new pods of a Deployment may be on their way at once, by Kubernetes' rules of rounding. */
    private static int atOnce(Node spec, int replicas) {
        Node update = spec.at("strategy").at("rollingUpdate");
        int surge = update.part("maxSurge", "25%", replicas, true);
        int unavailable = update.part("maxUnavailable", "25%", replicas, false);
        return Math.max(1, surge + unavailable);
    }

    private static int ceiling(int number, int divisor) {
        return (number + divisor - 1) / divisor;
    }

    private static Duration seconds(int number) {
        return Duration.ofSeconds(Math.max(0, number));
    }

    private static Duration longer(Duration first, Duration second) {
        return first.compareTo(second) >= 0 ? first : second;
    }

    /** A part of an object's tree, there or not. */
    private record Node(@Nullable Object value) {
        static Node of(Map<String, Object> body) {
            return new Node(body);
        }

        Node at(String key) {
            return new Node(value instanceof Map<?, ?> map ? map.get(key) : null);
        }

        boolean empty() {
            return value == null;
        }

        List<Node> items() {
            return value instanceof Collection<?> items
                    ? items.stream().<Node>map(Node::new).toList()
                    : List.of();
        }

        String text(String key) {
            Object found = at(key).value();
            return found == null ? "" : found.toString();
        }

        int number(String key, int other) {
            return at(key).value() instanceof Number number ? number.intValue() : other;
        }

        int part(String key, String other, int whole, boolean up) {
            String text = text(key).isEmpty() ? other : text(key);
            if (!text.endsWith("%")) {
                return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
            }
            String digits = text.substring(0, text.length() - 1);
            int hundredfold = digits.matches("\\d{1,3}") ? whole * Integer.parseInt(digits) : 0;
            return up ? (hundredfold + 99) / 100 : hundredfold / 100;
        }
    }
}
