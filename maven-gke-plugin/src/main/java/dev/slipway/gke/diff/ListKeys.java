package dev.slipway.gke.diff;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which field tells the items of a list apart. Kubernetes says so for its own kinds ({@code x-kubernetes-patch-merge-key} of its
 * OpenAPI); the few that there are have not changed in years.
 */
final class ListKeys {
    private static final Map<String, String> OF_POD = Map.of(
            "containers", "name",
            "initContainers", "name",
            "ephemeralContainers", "name",
            "volumes", "name",
            "imagePullSecrets", "name",
            "hostAliases", "ip",
            "topologySpreadConstraints", "topologyKey",
            "resourceClaims", "name",
            "schedulingGates", "name");
    private static final Map<String, String> OF_CONTAINER =
            Map.of("env", "name", "ports", "containerPort", "volumeMounts", "mountPath", "volumeDevices", "devicePath");
    private static final Set<String> CONTAINERS = Set.of("containers", "initContainers", "ephemeralContainers");
    /** For people, where Kubernetes itself does not merge. */
    private static final List<String> TELLING = List.of("name", "host", "path", "key", "port", "ip", "kind");

    private ListKeys() {}

    /** {@return the field by which the API server merges the list in a strategic merge patch; empty if it replaces the list} */
    static Optional<String> merging(String kind, Place place) {
        List<String> fields = place.fields();
        String list = place.last();
        String parent = fields.size() < 2 ? "" : fields.get(fields.size() - 2);
        if (CONTAINERS.contains(parent) && OF_CONTAINER.containsKey(list)) {
            return Optional.of(OF_CONTAINER.get(list));
        }
        if (OF_POD.containsKey(list) && inPod(kind, fields)) {
            return Optional.of(OF_POD.get(list));
        }
        return switch (kind + " " + place) {
            case "Service spec.ports" -> Optional.of("port");
            case "ServiceAccount secrets",
                    "ValidatingWebhookConfiguration webhooks",
                    "MutatingWebhookConfiguration webhooks" -> Optional.of("name");
            default -> Optional.empty();
        };
    }

    private static boolean inPod(String kind, List<String> fields) {
        int size = fields.size();
        return kind.equals("Pod")
                ? fields.size() == 2 && fields.get(0).equals("spec")
                : size >= 3
                        && fields.get(size - 2).equals("spec")
                        && fields.get(size - 3).equals("template");
    }

    /** {@return the field by which a person tells the items of both lists apart; empty if there is none} */
    static Optional<String> telling(String kind, Place place, List<Object> before, List<Object> after) {
        return Stream.concat(merging(kind, place).stream(), TELLING.stream())
                .filter(key -> tells(key, before) && tells(key, after))
                .findFirst();
    }

    /** {@return whether every item has the field, each another value} */
    static boolean tells(String key, List<Object> items) {
        Set<String> seen = new HashSet<>();
        return items.stream()
                .allMatch(item -> item instanceof Map<?, ?> map
                        && map.get(key) != null
                        && !(map.get(key) instanceof Map<?, ?>)
                        && !(map.get(key) instanceof List<?>)
                        && seen.add(map.get(key).toString()));
    }
}
