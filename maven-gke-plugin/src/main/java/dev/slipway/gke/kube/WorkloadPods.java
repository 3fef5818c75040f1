package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pods of a Deployment, StatefulSet or DaemonSet.
 *
 * @param newest those of the newest revision, whether they are ready or not
 * @param others the rest: of older revisions
 * @param set the newest ReplicaSet of a Deployment
 */
record WorkloadPods(List<JsonNode> newest, List<JsonNode> others, Optional<JsonNode> set) {
    static final Map<String, String> PLURALS =
            Map.of("Deployment", "deployments", "StatefulSet", "statefulsets", "DaemonSet", "daemonsets");
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String DAEMON_GENERATION = "deprecated.daemonset.template.generation";

    /**
     * Looks for them.
     *
     * @param namespace where they live
     * @param workload as the server has it
     */
    static WorkloadPods of(KubeApi api, String namespace, String kind, JsonNode workload) {
        String selector = LabelSelector.of(workload.path("spec").path("selector"));
        String uid = workload.path("metadata").path("uid").asText();
        if (selector.isEmpty()) {
            return new WorkloadPods(List.of(), List.of(), Optional.empty());
        }
        if (kind.equals("Deployment")) {
            List<JsonNode> sets = api.list("/apis/apps/v1/namespaces/" + namespace + "/replicasets", selector).stream()
                    .filter(set -> ownedBy(set, uid))
                    .toList();
            Optional<JsonNode> newest = sets.stream()
                    .max(Comparator.comparingLong(
                            set -> annotations(set).path(REVISION).asLong()));
            if (newest.isEmpty()) {
                return new WorkloadPods(List.of(), List.of(), newest);
            }
            List<JsonNode> pods = pods(api, namespace, selector);
            String owner = newest.get().path("metadata").path("uid").asText();
            return new WorkloadPods(
                    pods.stream().filter(pod -> ownedBy(pod, owner)).toList(),
                    pods.stream()
                            .filter(pod -> !ownedBy(pod, owner)
                                    && sets.stream()
                                            .anyMatch(set -> ownedBy(
                                                    pod,
                                                    set.path("metadata")
                                                            .path("uid")
                                                            .asText())))
                            .toList(),
                    newest);
        }
        boolean ordered = kind.equals("StatefulSet");
        String label = ordered ? "controller-revision-hash" : "pod-template-generation";
        String value = ordered
                ? workload.path("status").path("updateRevision").asText()
                : annotations(workload).path(DAEMON_GENERATION).asText();
        List<JsonNode> pods = pods(api, namespace, selector).stream()
                .filter(pod -> ownedBy(pod, uid))
                .toList();
        return new WorkloadPods(
                pods.stream().filter(pod -> labelled(pod, label, value)).toList(),
                pods.stream().filter(pod -> !labelled(pod, label, value)).toList(),
                Optional.empty());
    }

    /** {@return whether a pod of it is about to go, and so about to make room} */
    boolean leaving() {
        return newest.stream().anyMatch(PodDiagnosis::stopping)
                || others.stream().anyMatch(PodDiagnosis::stopping);
    }

    private static List<JsonNode> pods(KubeApi api, String namespace, String selector) {
        return api.list("/api/v1/namespaces/" + namespace + "/pods", selector);
    }

    private static boolean labelled(JsonNode pod, String label, String value) {
        return value.isEmpty()
                || pod.path("metadata").path("labels").path(label).asText().equals(value);
    }

    static boolean ownedBy(JsonNode object, String uid) {
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
}
