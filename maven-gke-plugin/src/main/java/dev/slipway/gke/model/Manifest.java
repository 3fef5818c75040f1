package dev.slipway.gke.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

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

    /** {@return what its Secret objects hold, in the clear: texts that nobody may be shown} */
    public List<String> secretTexts() {
        List<String> texts = new ArrayList<>();
        for (KubeObject secret : ofKind("Secret")) {
            values(secret, "stringData").forEach(texts::add);
            values(secret, "data").forEach(encoded -> texts.add(decoded(encoded)));
        }
        return texts;
    }

    private static Stream<String> values(KubeObject secret, String field) {
        return secret.body().get(field) instanceof Map<?, ?> map
                ? map.values().stream().filter(Objects::nonNull).map(Object::toString)
                : Stream.empty();
    }

    private static String decoded(String text) {
        try {
            return new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return text;
        }
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
