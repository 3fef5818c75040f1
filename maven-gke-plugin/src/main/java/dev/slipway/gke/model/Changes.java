package dev.slipway.gke.model;

import java.util.List;

/**
 * What a deploy would change.
 *
 * @param objects between what runs and what is asked for
 * @param drift between what was released last and what runs: changed by somebody else
 * @param risks what should be known before
 * @param values which of the chart's values differ from the last revision's
 */
public record Changes(
        List<ObjectChange> objects, List<ObjectChange> drift, List<Risk> risks, List<FieldChange> values) {
    /** Nothing. */
    public static final Changes NONE = new Changes(List.of(), List.of(), List.of());

    public Changes {
        objects = List.copyOf(objects);
        drift = List.copyOf(drift);
        risks = List.copyOf(risks);
        values = List.copyOf(values);
    }

    /** Changes of which the values are not known. */
    public Changes(List<ObjectChange> objects, List<ObjectChange> drift, List<Risk> risks) {
        this(objects, drift, risks, List.of());
    }

    /** {@return whether nothing would change} */
    public boolean empty() {
        return objects.isEmpty() && drift.isEmpty();
    }
}
