package dev.slipway.gke.model;

import java.util.List;

/**
 * One object that differs.
 *
 * @param type how
 * @param object kind and name, as {@code kubectl} writes them
 * @param fields which of its fields, if it is changed
 */
public record ObjectChange(Type type, String object, List<FieldChange> fields) {
    /** How an object differs. */
    public enum Type {
        ADD,
        CHANGE,
        REMOVE
    }

    public ObjectChange {
        fields = List.copyOf(fields);
    }
}
