package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.RolloutState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sees by one list of its pods whether a workload that was complete still is. How often a container had been started again before is
 * known from the looks at the rollout, so that a crash before it was ready is not taken for one after. Thread safe.
 */
final class Settling {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The looks at a rollout are a second apart; after a longer gap, what was seen before it says little. */
    private static final Duration GAP = Duration.ofSeconds(5);

    private static final Map<String, String> OWNERS =
            Map.of("Deployment", "ReplicaSet", "StatefulSet", "StatefulSet", "DaemonSet", "DaemonSet");

    private final Clock clock;
    private final Map<String, Seen> seen = new HashMap<>();

    /** What was seen of a workload. */
    private static final class Seen {
        /** By pod and container: how often it was started again before its pod was up. */
        final Map<String, Integer> restarts = new HashMap<>();

        /** When its pods were looked at last while they came up. */
        Instant looked = Instant.MIN;
        /** How many replicas it had when it was complete; less than 0 if it was not yet. */
        int complete = -1;

        boolean fresh(Instant now) {
            return !looked.equals(Instant.MIN) && Duration.between(looked, now).compareTo(GAP) <= 0;
        }
    }

    Settling(Clock clock) {
        this.clock = clock;
    }

    /** Notes the pods of a workload that comes up. What a container did after the workload was complete is not forgotten by this. */
    synchronized void comesUp(String home, KubeObject object, WorkloadPods pods) {
        Seen of = of(home, object);
        for (List<JsonNode> some : List.of(pods.newest(), pods.others())) {
            for (JsonNode pod : some) {
                for (JsonNode container : containers(pod)) {
                    int restarts = container.path("restartCount").asInt()
                            + (container.path("state").has("running") ? 0 : 1);
                    if (of.complete < 0) {
                        of.restarts.put(key(pod, container), restarts);
                    } else {
                        of.restarts.putIfAbsent(key(pod, container), restarts);
                    }
                }
            }
        }
        of.looked = clock.instant();
    }

    /** Notes that a workload is complete. */
    synchronized void isUp(String home, KubeObject object, int replicas) {
        Seen of = of(home, object);
        if (of.complete < 0 && !of.fresh(clock.instant())) {
            of.looked = Instant.MIN;
            of.restarts.clear();
        }
        of.complete = replicas;
    }

    /** {@return how a workload stands that was complete} */
    synchronized ClusterWorkloads.Look look(KubeApi api, String home, KubeObject object) {
        JsonNode spec = JSON.<JsonNode>valueToTree(object.body()).path("spec");
        String selector = LabelSelector.of(spec.path("selector"));
        Seen of = of(home, object);
        List<JsonNode> pods = selector.isEmpty()
                ? List.of()
                : api.list("/api/v1/namespaces/" + home + "/pods", selector).stream()
                        .filter(pod -> owned(pod, object) && !PodDiagnosis.stopping(pod) && !PodDiagnosis.failed(pod))
                        .toList();
        int ready = 0;
        List<Trouble> ended = new ArrayList<>();
        for (JsonNode pod : pods) {
            ready += PodDiagnosis.of(pod).ready() ? 1 : 0;
            for (JsonNode container : containers(pod)) {
                if (ended(of, pod, container)) {
                    ended.add(PodDiagnosis.endedSince(pod, container));
                }
            }
        }
        int wanted = of.complete < 0 || selector.isEmpty() ? ready : of.complete;
        return new ClusterWorkloads.Look(
                new RolloutState.Count(object.toString(), wanted, pods.size(), ready, ""),
                ready >= wanted,
                List.of(),
                ended.stream().findFirst());
    }

    private static boolean ended(Seen of, JsonNode pod, JsonNode container) {
        int restarts = container.path("restartCount").asInt();
        int known = of.restarts.computeIfAbsent(
                key(pod, container), unknown -> of.looked.equals(Instant.MIN) ? restarts : 0);
        JsonNode state = container.path("state");
        return restarts > known
                || state.has("terminated")
                || (state.has("waiting") && container.path("lastState").has("terminated"));
    }

    /** {@return whether the pod is the workload's: others may have the same labels} */
    private static boolean owned(JsonNode pod, KubeObject object) {
        String hash =
                pod.path("metadata").path("labels").path("pod-template-hash").asText();
        String owner = object.kind().equals("Deployment") ? object.name() + "-" + hash : object.name();
        for (JsonNode reference : pod.path("metadata").path("ownerReferences")) {
            if (reference.path("kind").asText().equals(OWNERS.get(object.kind()))
                    && reference.path("name").asText().equals(owner)) {
                return true;
            }
        }
        return false;
    }

    private Seen of(String home, KubeObject object) {
        return seen.computeIfAbsent(home + "/" + object, key -> new Seen());
    }

    private static JsonNode containers(JsonNode pod) {
        return pod.path("status").path("containerStatuses");
    }

    private static String key(JsonNode pod, JsonNode container) {
        return pod.path("metadata").path("uid").asText() + "/"
                + container.path("name").asText();
    }
}
