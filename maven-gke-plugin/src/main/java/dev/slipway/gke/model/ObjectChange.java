package dev.slipway.gke.model;

import java.util.List;
import java.util.Optional;

/**
 * One object that differs.
 *
 * @param type how
 * @param object kind and name, as {@code kubectl} writes them
 * @param fields which of its fields, if it is changed
 * @param by who changed it by hand, as Kubernetes notes it, such as {@code kubectl-edit}; for drift
 */
public record ObjectChange(Type type, String object, List<FieldChange> fields, Optional<String> by) {
    /** How an object differs. */
    public enum Type {
        ADD,
        CHANGE,
        REMOVE
    }

    public ObjectChange {
        fields = List.copyOf(fields);
    }

    /** A change of ours. */
    public ObjectChange(Type type, String object, List<FieldChange> fields) {
        this(type, object, fields, Optional.empty());
    }
}
