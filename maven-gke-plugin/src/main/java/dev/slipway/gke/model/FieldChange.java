package dev.slipway.gke.model;

import java.util.Optional;

/**
 * One field that differs.
 *
 * @param path where it is, such as {@code spec.template.spec.containers[app].image}
 * @param before what it was; empty if it was not there. What is in a Secret is never told, but {@code (hidden)}
 * @param after what it becomes; empty if it goes
 */
public record FieldChange(String path, Optional<String> before, Optional<String> after) {
    @Override
    public String toString() {
        return path + ": " + before.orElse("(none)") + " -> " + after.orElse("(none)");
    }
}
