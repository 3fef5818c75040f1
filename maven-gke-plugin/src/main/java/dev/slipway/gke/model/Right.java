package dev.slipway.gke.model;

import java.util.Optional;

/**
 * Something that may be done to a kind of object, as Kubernetes' roles have it.
 *
 * @param namespace where; empty if it is a thing of the whole cluster
 * @param group API group, such as {@code apps}; empty for the core group
 * @param resource plural name, such as {@code deployments} or {@code pods/log}
 * @param verb such as {@code create}
 */
public record Right(Optional<Namespace> namespace, String group, String resource, String verb) {

    /** {@return what the API server calls the resource, such as {@code deployments.apps}} */
    public String kind() {
        return group.isEmpty() ? resource : resource + "." + group;
    }

    /** {@return it as in {@code create deployments.apps}} */
    @Override
    public String toString() {
        return verb + " " + kind();
    }
}
