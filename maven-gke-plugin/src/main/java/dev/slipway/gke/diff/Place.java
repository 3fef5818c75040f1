package dev.slipway.gke.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where in an object something is.
 *
 * @param parts from the outermost
 */
record Place(List<Part> parts) {
    /** The object itself. */
    static final Place ROOT = new Place(List.of());

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_$-]+");

    /** One step into an object. */
    sealed interface Part {}

    /**
     * A field of a map.
     *
     * @param name its key
     */
    record Field(String name) implements Part {}

    /**
     * An item of a list.
     *
     * @param key the field that tells the items apart; empty if their order does
     * @param value of that field, or the index
     */
    record Item(String key, Object value) implements Part {}

    Place {
        parts = List.copyOf(parts);
    }

    Place field(String name) {
        return with(new Field(name));
    }

    Place item(String key, Object value) {
        return with(new Item(key, value));
    }

    private Place with(Part part) {
        List<Part> more = new ArrayList<>(parts);
        more.add(part);
        return new Place(more);
    }

    /** {@return the names of the fields on the way, without the items of lists} */
    List<String> fields() {
        return parts.stream()
                .filter(Field.class::isInstance)
                .map(part -> ((Field) part).name())
                .toList();
    }

    /** {@return the last field's name; empty at the root} */
    String last() {
        List<String> fields = fields();
        return fields.isEmpty() ? "" : fields.get(fields.size() - 1);
    }

    /** {@return such as {@code spec.template.spec.containers[app].image}} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Item item) {
                text.append('[').append(item.value()).append(']');
            } else if (part instanceof Field field
                    && PLAIN.matcher(field.name()).matches()) {
                text.append(text.length() == 0 ? "" : ".").append(field.name());
            } else if (part instanceof Field field) {
                text.append('[').append(field.name()).append(']');
            }
        }
        return text.toString();
    }
}
