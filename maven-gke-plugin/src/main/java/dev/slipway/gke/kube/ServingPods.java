package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.Serving;
import dev.slipway.gke.port.Serves;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the pods that are ready with the pod templates of the revisions: their images, commands, arguments, environment and the
 * annotations that charts use to tell one configuration from another. What admission or the API server adds does not count.
 */
public final class ServingPods implements Serves {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> KINDS = Set.of("Deployment", "StatefulSet", "DaemonSet");
    private static final List<String> TELLING = List.of("image", "command", "args", "env", "envFrom");

    private final KubeClients clients;

    public ServingPods(KubeClients clients) {
        this.clients = clients;
    }

    @Override
    public Serving now(Connection connection, Namespace namespace, List<Release> revisions) {
        KubeApi api = clients.of(connection);
        Map<Integer, Integer> ready = new HashMap<>();
        Set<String> asked = new HashSet<>();
        for (Release release : revisions) {
            for (KubeObject object : release.manifest().objects()) {
                JsonNode body = JSON.valueToTree(object.body());
                if (KINDS.contains(object.kind()) && asked.add(object.toString())) {
                    String selector = LabelSelector.of(body.path("spec").path("selector"));
                    String pods = "/api/v1/namespaces/" + object.namespace().orElse(namespace.value()) + "/pods";
                    for (JsonNode pod : api.list(pods, selector)) {
                        if (ready(pod)) {
                            ready.merge(revision(pod, object.toString(), revisions), 1, Integer::sum);
                        }
                    }
                }
            }
        }
        return new Serving(ready);
    }

    private static boolean ready(JsonNode pod) {
        if (pod.path("metadata").hasNonNull("deletionTimestamp")) {
            return false;
        }
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** {@return the newest revision that the pod may be of; 0 if there is none} */
    private static int revision(JsonNode pod, String workload, List<Release> revisions) {
        for (Release release : revisions) {
            Optional<JsonNode> template = release.manifest().objects().stream()
                    .filter(object -> object.toString().equals(workload))
                    .map(object -> JSON.<JsonNode>valueToTree(object.body())
                            .path("spec")
                            .path("template"))
                    .findFirst();
            if (template.filter(made -> madeFrom(pod, made)).isPresent()) {
                return release.revision();
            }
        }
        return 0;
    }

    private static boolean madeFrom(JsonNode pod, JsonNode template) {
        JsonNode annotations = template.path("metadata").path("annotations");
        return contains(pod.path("metadata").path("annotations"), annotations)
                && contained(
                        pod.path("spec").path("containers"),
                        template.path("spec").path("containers"))
                && contained(
                        pod.path("spec").path("initContainers"),
                        template.path("spec").path("initContainers"));
    }

    private static boolean contained(JsonNode containers, JsonNode wanted) {
        for (JsonNode container : wanted) {
            boolean there = false;
            for (JsonNode candidate : containers) {
                there |= candidate.path("name").equals(container.path("name")) && same(candidate, container);
            }
            if (!there) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(JsonNode candidate, JsonNode wanted) {
        return TELLING.stream().allMatch(field -> contains(candidate.path(field), wanted.path(field)));
    }

    /** {@return whether everything that is wanted is there, with its value} */
    private static boolean contains(JsonNode there, JsonNode wanted) {
        if (wanted.isMissingNode() || wanted.isNull()) {
            return true;
        }
        if (wanted.isObject()) {
            return wanted.properties().stream()
                    .allMatch(field -> contains(there.path(field.getKey()), field.getValue()));
        }
        if (wanted.isArray()) {
            boolean all = there.size() >= wanted.size();
            for (int i = 0; all && i < wanted.size(); i++) {
                all = contains(there.path(i), wanted.path(i));
            }
            return all;
        }
        return wanted.asText().equals(there.asText());
    }
}
