package dev.slipway.gke.kube;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.port.Workloads;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at what runs. A rollout is complete when every replica of every Deployment, StatefulSet and DaemonSet is of the newest
 * revision and available and no other is left, not merely as many as may be missing during an update.
 *
 * <p>It is stalled only when that is certain, or when the same trouble stays over several looks: use one instance for a run.
 */
public final class ClusterWorkloads implements Workloads {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> PLURALS =
            Map.of("Deployment", "deployments", "StatefulSet", "statefulsets", "DaemonSet", "daemonsets");
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String DAEMON_GENERATION = "deprecated.daemonset.template.generation";

    private final KubeClients clients;
    private final Looks looks;

    public ClusterWorkloads(KubeClients clients) {
        this.clients = clients;
        this.looks = new Looks(clients.clock());
    }

    @Override
    public boolean exists(Connection connection, Namespace namespace) {
        return clients.of(connection).exists("/api/v1/namespaces/" + namespace);
    }

    @Override
    public void create(Connection connection, Namespace namespace) {
        ObjectNode object = JSON.createObjectNode();
        object.put("apiVersion", "v1").put("kind", "Namespace");
        object.putObject("metadata")
                .put("name", namespace.value())
                .putObject("labels")
                .put("app.kubernetes.io/managed-by", "gke-maven-plugin");
        KubeApi api = clients.of(connection);
        if (api.create("/api/v1/namespaces", object).isPresent()) {
            return;
        }
        boolean ending = api.find("/api/v1/namespaces/" + namespace)
                .map(found -> found.path("status").path("phase").asText())
                .filter("Terminating"::equals)
                .isPresent();
        if (ending) {
            throw new DeployFailure(
                    FailureCode.NAMESPACE_MISSING,
                    "The namespace " + namespace + " is being deleted",
                    connection.cluster(),
                    "Run the same command again when it is gone: kubectl get namespace " + namespace);
        }
    }

    @Override
    public RolloutState rollout(Connection connection, Namespace namespace, Manifest manifest) {
        KubeApi api = clients.of(connection);
        List<RolloutState.Count> counts = new ArrayList<>();
        List<String> stalls = new ArrayList<>();
        boolean complete = true;
        for (KubeObject object : manifest.objects()) {
            if (PLURALS.containsKey(object.kind())) {
                Look look = look(api, namespace, object);
                counts.add(look.count());
                look.stall().ifPresent(stalls::add);
                complete &= look.complete();
            }
        }
        if (!stalls.isEmpty()) {
            return new RolloutState.Stalled(counts, RolloutState.Cause.OTHER, String.join("; ", stalls));
        }
        return complete ? new RolloutState.Complete(counts) : new RolloutState.Progressing(counts);
    }

    @Override
    public int remaining(Connection connection, Namespace namespace, Manifest manifest) {
        KubeApi api = clients.of(connection);
        int remaining = 0;
        for (KubeObject object : manifest.objects()) {
            if (kept(object)) {
                continue;
            }
            Optional<String> path = api.mapping().path(object, namespace);
            if (path.isPresent() && api.exists(path.get())) {
                remaining++;
            }
            String selector = podSelector(object);
            if (!selector.isEmpty()) {
                remaining += api.count(pods(namespace, object), selector);
            }
        }
        return remaining;
    }

    /** What one workload looks like now. */
    private record Look(RolloutState.Count count, boolean complete, Optional<String> stall) {}

    private Look look(KubeApi api, Namespace namespace, KubeObject object) {
        String collection = "/apis/apps/v1/namespaces/" + object.namespace().orElse(namespace.value()) + "/";
        Optional<JsonNode> found = api.find(collection + PLURALS.get(object.kind()) + "/" + object.name());
        if (found.isEmpty()) {
            int wanted = JSON.valueToTree(object.body())
                    .path("spec")
                    .path("replicas")
                    .asInt(1);
            return new Look(
                    new RolloutState.Count(object.toString(), wanted, 0, 0, "not there yet"), false, Optional.empty());
        }
        JsonNode workload = found.get();
        WorkloadStatus status = WorkloadStatus.of(object.kind(), workload);
        if (status.complete()) {
            looks.end(object.toString(), Set.of());
            return new Look(
                    new RolloutState.Count(status.name(), status.wanted(), status.updated(), status.wanted(), ""),
                    true,
                    Optional.empty());
        }
        if (!status.observed()) {
            // What the controller says is still about the revision before.
            return new Look(new RolloutState.Count(status.name(), status.wanted(), 0, 0, ""), false, Optional.empty());
        }
        List<PodDiagnosis> pods = newestPods(api, collection, object.kind(), workload).stream()
                .map(PodDiagnosis::of)
                .toList();
        int ready = (int) pods.stream().filter(PodDiagnosis::ready).count();
        return new Look(
                new RolloutState.Count(
                        status.name(), status.wanted(), status.updated(), ready, detail(status, pods, ready)),
                false,
                stall(status, workload.path("metadata"), pods));
    }

    private Optional<String> stall(WorkloadStatus status, JsonNode metadata, List<PodDiagnosis> pods) {
        Map<String, PodDiagnosis.Trouble> troubles = new LinkedHashMap<>();
        for (PodDiagnosis pod : pods) {
            pod.trouble().ifPresent(trouble -> troubles.put(status.name() + " " + trouble.key(), trouble));
        }
        status.trouble().ifPresent(sentence -> {
            String key = "own/" + metadata.path("uid").asText() + "/"
                    + metadata.path("generation").asText();
            troubles.put(status.name() + " " + key, new PodDiagnosis.Trouble(key, sentence, false));
        });
        Optional<String> stall = Optional.empty();
        for (Map.Entry<String, PodDiagnosis.Trouble> trouble : troubles.entrySet()) {
            String sentence = trouble.getValue().sentence();
            boolean settled = looks.settled(trouble.getKey(), sentence);
            if (stall.isEmpty() && (settled || trouble.getValue().certain())) {
                stall = Optional.of(looks.words(trouble.getKey(), sentence));
            }
        }
        looks.end(status.name(), new HashSet<>(troubles.keySet()));
        return stall;
    }

    private static String detail(WorkloadStatus status, List<PodDiagnosis> pods, int ready) {
        Map<String, Long> details = pods.stream()
                .filter(pod -> !pod.ready())
                .collect(groupingBy(PodDiagnosis::detail, LinkedHashMap::new, counting()));
        if (details.size() == 1) {
            return details.keySet().iterator().next();
        }
        if (!details.isEmpty()) {
            return details.entrySet().stream()
                    .map(entry -> entry.getValue() + " " + entry.getKey())
                    .collect(joining(", "));
        }
        if (pods.isEmpty()) {
            return status.trouble().isPresent() ? "cannot create its pods" : "";
        }
        return ready >= status.wanted() ? "the last old pods are stopping" : "";
    }

    /** {@return the pods of the newest revision, whether they are ready or not} */
    private static List<JsonNode> newestPods(KubeApi api, String collection, String kind, JsonNode workload) {
        String selector = LabelSelector.of(workload.path("spec").path("selector"));
        String pods = collection.replace("/apis/apps/v1/", "/api/v1/") + "pods";
        String uid = workload.path("metadata").path("uid").asText();
        return switch (kind) {
            case "Deployment" -> {
                Optional<JsonNode> newest = api.list(collection + "replicasets", selector).stream()
                        .filter(set -> ownedBy(set, uid))
                        .max(Comparator.comparingLong(
                                set -> annotations(set).path(REVISION).asLong()));
                yield newest.isEmpty()
                        ? List.of()
                        : owned(
                                api,
                                pods,
                                selector,
                                newest.get().path("metadata").path("uid").asText(),
                                "",
                                "");
            }
            case "StatefulSet" ->
                owned(
                        api,
                        pods,
                        selector,
                        uid,
                        "controller-revision-hash",
                        workload.path("status").path("updateRevision").asText());
            default ->
                owned(
                        api,
                        pods,
                        selector,
                        uid,
                        "pod-template-generation",
                        annotations(workload).path(DAEMON_GENERATION).asText());
        };
    }

    private static List<JsonNode> owned(
            KubeApi api, String pods, String selector, String uid, String label, String value) {
        return api.list(pods, selector).stream()
                .filter(pod -> ownedBy(pod, uid))
                .filter(pod -> value.isEmpty()
                        || pod.path("metadata")
                                .path("labels")
                                .path(label)
                                .asText()
                                .equals(value))
                .toList();
    }

    private static boolean ownedBy(JsonNode object, String uid) {
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("uid").asText().equals(uid)) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode annotations(JsonNode object) {
        return object.path("metadata").path("annotations");
    }

    private static String pods(Namespace namespace, KubeObject object) {
        return "/api/v1/namespaces/" + object.namespace().orElse(namespace.value()) + "/pods";
    }

    private static String podSelector(KubeObject object) {
        if (object.kind().equals("Job")) {
            return "job-name=" + object.name();
        }
        if (!PLURALS.containsKey(object.kind())) {
            return "";
        }
        JsonNode body = JSON.valueToTree(object.body());
        return LabelSelector.of(body.path("spec").path("selector"));
    }

    /** {@return whether Helm leaves the object behind on purpose} */
    private static boolean kept(KubeObject object) {
        JsonNode body = JSON.valueToTree(object.body());
        return annotations(body).path("helm.sh/resource-policy").asText().equals("keep");
    }
}
