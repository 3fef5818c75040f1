package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.model.KubeKind;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Namespace;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Where the objects of each kind live on the API server, as it says itself; asked once for each group and version. */
final class RestMapping {
    private final KubeApi api;
    private final Map<String, JsonNode> groups = new ConcurrentHashMap<>();

    RestMapping(KubeApi api) {
        this.api = api;
    }

    /**
     * {@return the path of an object; empty if the server has no such kind, so that there can be no such object}
     *
     * @param namespace where the object lives if its kind has namespaces and it names none itself
     */
    Optional<String> path(KubeObject object, Namespace namespace) {
        String prefix = prefix(object);
        for (JsonNode resource : resources(prefix).path("resources")) {
            String plural = resource.path("name").asText();
            if (resource.path("kind").asText().equals(object.kind()) && !plural.contains("/")) {
                String scope = resource.path("namespaced").asBoolean()
                        ? "/namespaces/" + object.namespace().orElse(namespace.value())
                        : "";
                return Optional.of(prefix + scope + "/" + plural + "/" + object.name());
            }
        }
        return Optional.empty();
    }

    /** {@return how the server serves a kind; empty if it has none such} */
    Optional<KubeKind> kind(String apiVersion, String kind) {
        for (JsonNode resource : resources(prefix(apiVersion)).path("resources")) {
            String plural = resource.path("name").asText();
            if (resource.path("kind").asText().equals(kind) && !plural.contains("/")) {
                int slash = apiVersion.indexOf('/');
                return Optional.of(new KubeKind(
                        slash < 0 ? "" : apiVersion.substring(0, slash),
                        plural,
                        resource.path("namespaced").asBoolean()));
            }
        }
        return Optional.empty();
    }

    private static String prefix(String apiVersion) {
        return (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion;
    }

    /** {@return where the kinds of its group and version live} */
    static String prefix(KubeObject object) {
        return prefix(object.apiVersion());
    }

    /** Asks for a group and version before its answer is needed. */
    void learn(String prefix) {
        resources(prefix);
    }

    private JsonNode resources(String prefix) {
        JsonNode known = groups.get(prefix);
        if (known != null) {
            return known;
        }
        Optional<JsonNode> found = api.find(prefix);
        found.ifPresent(list -> groups.put(prefix, list));
        return found.orElseGet(Kubeconfig::node);
    }
}
