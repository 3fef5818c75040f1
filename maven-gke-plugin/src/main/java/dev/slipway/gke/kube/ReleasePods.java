package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The pods of a release, hooks included if they are in the manifest, and the objects whose events are about it.
 *
 * @param newest the pods of the newest revision
 * @param others those of older ones
 * @param involved kinds and names, as events name them
 */
record ReleasePods(List<JsonNode> newest, List<JsonNode> others, Set<String> involved) {
    /** {@return the pods of the whole manifest} */
    static ReleasePods of(KubeApi api, Namespace namespace, Manifest manifest) {
        return joined(manifest.objects().stream()
                .map(object -> of(api, namespace, object))
                .toList());
    }

    /** {@return the pods of one object; none if it is of a kind that has none} */
    static ReleasePods of(KubeApi api, Namespace namespace, KubeObject object) {
        String home = object.namespace().orElse(namespace.value());
        Set<String> involved = new HashSet<>(Set.of(object.toString()));
        String plural = WorkloadPods.PLURALS.get(object.kind());
        if (plural != null) {
            Optional<JsonNode> workload =
                    api.find("/apis/apps/v1/namespaces/" + home + "/" + plural + "/" + object.name());
            if (workload.isEmpty()) {
                return new ReleasePods(List.of(), List.of(), involved);
            }
            WorkloadPods pods = WorkloadPods.of(api, home, object.kind(), workload.get());
            pods.set()
                    .ifPresent(set -> involved.add(
                            "ReplicaSet/" + set.path("metadata").path("name").asText()));
            pods.newest().forEach(pod -> involve(pod, involved));
            return new ReleasePods(pods.newest(), pods.others(), involved);
        }
        List<JsonNode> pods =
                switch (object.kind()) {
                    case "Job" -> api.list("/api/v1/namespaces/" + home + "/pods", "job-name=" + object.name());
                    case "Pod" ->
                        api.find("/api/v1/namespaces/" + home + "/pods/" + object.name()).stream()
                                .toList();
                    default -> List.of();
                };
        pods.forEach(pod -> involve(pod, involved));
        return new ReleasePods(pods, List.of(), involved);
    }

    static ReleasePods joined(List<ReleasePods> parts) {
        Set<String> involved = new HashSet<>();
        parts.forEach(part -> involved.addAll(part.involved()));
        return new ReleasePods(
                parts.stream().flatMap(part -> part.newest().stream()).toList(),
                parts.stream().flatMap(part -> part.others().stream()).toList(),
                involved);
    }

    /** {@return all of them, the newest revision's first} */
    List<JsonNode> all() {
        return Stream.concat(newest.stream(), others.stream()).toList();
    }

    /** {@return at most so many, those in trouble first; old ones only if there are no others} */
    List<JsonNode> mostTelling(int most) {
        List<JsonNode> sorted = new ArrayList<>(newest.isEmpty() ? others : newest);
        sorted.sort(Comparator.comparingInt(ReleasePods::rank));
        return sorted.subList(0, Math.min(most, sorted.size()));
    }

    private static int rank(JsonNode pod) {
        PodDiagnosis diagnosis = PodDiagnosis.of(pod);
        if (diagnosis.trouble().isPresent() || PodDiagnosis.failed(pod)) {
            return 0;
        }
        boolean well =
                diagnosis.ready() || pod.path("status").path("phase").asText().equals("Succeeded");
        return well ? 3 : restarts(pod) > 0 ? 1 : 2;
    }

    private static int restarts(JsonNode pod) {
        int restarts = 0;
        for (JsonNode container : PodDiagnosis.containers(pod.path("status"))) {
            restarts += container.path("restartCount").asInt();
        }
        return restarts;
    }

    private static void involve(JsonNode pod, Set<String> involved) {
        involved.add("Pod/" + pod.path("metadata").path("name").asText());
        claims(pod, involved);
    }

    private static void claims(JsonNode object, Set<String> involved) {
        object.findValues("persistentVolumeClaim")
                .forEach(claim -> involved.add(
                        "PersistentVolumeClaim/" + claim.path("claimName").asText()));
    }
}
