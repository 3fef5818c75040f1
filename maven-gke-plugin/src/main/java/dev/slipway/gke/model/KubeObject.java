package dev.slipway.gke.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One object of a manifest.
 *
 * @param apiVersion group and version, such as {@code apps/v1}
 * @param kind such as {@code Deployment}
 * @param name its name
 * @param body the whole object, as YAML gives it
 */
public record KubeObject(String apiVersion, String kind, String name, Map<String, Object> body) {
    public KubeObject {
        body = Collections.unmodifiableMap(new LinkedHashMap<>(body));
    }

    /** {@return the namespace that the object names itself, if it does} */
    public Optional<String> namespace() {
        return Optional.ofNullable(body.get("metadata"))
                .filter(Map.class::isInstance)
                .map(metadata -> ((Map<?, ?>) metadata).get("namespace"))
                .map(Object::toString);
    }

    /** {@return kind and name, as {@code kubectl} writes them} */
    @Override
    public String toString() {
        return kind + "/" + name;
    }
}
