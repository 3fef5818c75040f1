package dev.slipway.gke.model;

/**
 * A kind of object, as the API server serves it.
 *
 * @param group API group; empty for the core group
 * @param resource plural name
 * @param namespaced whether its objects live in namespaces
 */
public record KubeKind(String group, String resource, boolean namespaced) {}
