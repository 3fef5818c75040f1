package dev.slipway.gke.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The objects of a release. Two manifests are the same if they hold the same objects with the same content, in whatever order
 * and however they were written.
 *
 * @param objects in the order of the text they were read from
 */
public record Manifest(List<KubeObject> objects) {
    public Manifest {
        objects = List.copyOf(objects);
    }

    /** {@return whether both hold the same objects with the same content} */
    public boolean sameAs(Manifest other) {
        return byKey().equals(other.byKey());
    }

    private Map<String, Map<String, Object>> byKey() {
        Map<String, Map<String, Object>> byKey = new HashMap<>();
        for (KubeObject object : objects) {
            byKey.put(
                    object.apiVersion() + " " + object.kind() + " "
                            + object.namespace().orElse("") + " " + object.name(),
                    object.body());
        }
        return byKey;
    }

    /** {@return the objects of a kind, in order} */
    public List<KubeObject> ofKind(String kind) {
        return objects.stream().filter(object -> object.kind().equals(kind)).toList();
    }
}
