package dev.slipway.gke.diff;

import dev.slipway.gke.model.FieldChange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields in which two states of an object differ. What the server writes about an object for itself does not count: status,
 * versions, who manages which field, Helm's own labels.
 */
final class Differences {
    private static final Set<String> OF_SERVER = Set.of(
            "status",
            "metadata.managedFields",
            "metadata.resourceVersion",
            "metadata.uid",
            "metadata.generation",
            "metadata.creationTimestamp",
            "metadata.deletionTimestamp",
            "metadata.selfLink",
            "metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]",
            "metadata.annotations[deployment.kubernetes.io/revision]",
            "metadata.annotations[deprecated.daemonset.template.generation]",
            "metadata.annotations[meta.helm.sh/release-name]",
            "metadata.annotations[meta.helm.sh/release-namespace]",
            "metadata.labels[app.kubernetes.io/managed-by]",
            "spec.template.metadata.creationTimestamp");

    private static final int LONGEST = 160;

    /**
     * One field that differs.
     *
     * @param place where
     * @param before what it was; null if it was not there
     * @param after what it is; null if it is not there
     */
    record Difference(
            Place place, @Nullable Object before, @Nullable Object after) {}

    private final String kind;
    private final List<Difference> found = new ArrayList<>();

    private Differences(String kind) {
        this.kind = kind;
    }

    /** {@return where the two differ, in the order of their fields} */
    static List<Difference> between(String kind, Map<String, Object> before, Map<String, Object> after) {
        Differences differences = new Differences(kind);
        differences.maps(Place.ROOT, before, after);
        return List.copyOf(differences.found);
    }

    private void maps(Place place, Map<String, Object> before, Map<String, Object> after) {
        Set<String> fields = new LinkedHashSet<>(before.keySet());
        fields.addAll(after.keySet());
        for (String field : fields) {
            values(place.field(field), before.get(field), after.get(field));
        }
    }

    private void values(Place place, @Nullable Object before, @Nullable Object after) {
        if (Trees.same(before, after) || OF_SERVER.contains(place.toString())) {
            return;
        }
        boolean maps = maybe(before, Map.class) && maybe(after, Map.class);
        if (maps) {
            maps(place, Trees.map(before), Trees.map(after));
        } else if (maybe(before, List.class) && maybe(after, List.class)) {
            lists(place, Trees.list(before), Trees.list(after));
        } else {
            found.add(new Difference(place, before, after));
        }
    }

    private static boolean maybe(@Nullable Object value, Class<?> type) {
        return value == null || type.isInstance(value);
    }

    private void lists(Place place, List<Object> before, List<Object> after) {
        boolean plain = Stream.concat(before.stream(), after.stream()).noneMatch(item -> item instanceof Map<?, ?>);
        if (plain) {
            found.add(new Difference(place, before.isEmpty() ? null : before, after.isEmpty() ? null : after));
            return;
        }
        Optional<String> telling = ListKeys.telling(kind, place, before, after);
        if (telling.isEmpty()) {
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                items(
                        place.item("", i),
                        i < before.size() ? before.get(i) : null,
                        i < after.size() ? after.get(i) : null);
            }
            return;
        }
        String key = telling.get();
        Set<String> names = new LinkedHashSet<>();
        Stream.concat(before.stream(), after.stream()).forEach(item -> names.add(Trees.text(item, key)));
        for (String name : names) {
            Object old = named(before, key, name);
            Object young = named(after, key, name);
            Object exact = Trees.at(old == null ? young : old, key);
            items(place.item(key, exact == null ? name : exact), old, young);
        }
    }

    /** An item that comes or goes is one difference, not one for each of its fields. */
    private void items(Place place, @Nullable Object before, @Nullable Object after) {
        if (before == null || after == null) {
            found.add(new Difference(place, before, after));
        } else {
            values(place, before, after);
        }
    }

    private static @Nullable Object named(List<Object> items, String key, String name) {
        return items.stream()
                .filter(item -> Trees.text(item, key).equals(name))
                .findFirst()
                .orElse(null);
    }

    /** {@return the difference for people, without secrets} */
    static FieldChange shown(String kind, Difference difference, Veil veil) {
        String before = show(kind, difference.place(), difference.before(), veil);
        String after = show(kind, difference.place(), difference.after(), veil);
        if (before.equals(after) && !before.equals(Veil.HIDDEN)) {
            // They differ in what is not shown.
            return new FieldChange(
                    difference.place().toString(), Optional.of(before), Optional.of(after + " (changed)"));
        }
        boolean lines = before.contains("\n") || after.contains("\n");
        if (lines && difference.before() != null && difference.after() != null) {
            return lines(difference.place().toString(), before, after);
        }
        return new FieldChange(
                difference.place().toString(),
                Optional.of(brief(before)).filter(text -> difference.before() != null),
                Optional.of(brief(after)).filter(text -> difference.after() != null));
    }

    /** Of a text of several lines, the first that differs. */
    private static FieldChange lines(String place, String before, String after) {
        List<String> old = before.lines().toList();
        List<String> young = after.lines().toList();
        int line = 0;
        while (line < old.size() && line < young.size() && old.get(line).equals(young.get(line))) {
            line++;
        }
        return new FieldChange(
                place + " line " + (line + 1),
                Optional.of(line < old.size() ? brief(old.get(line)) : "(end)"),
                Optional.of(line < young.size() ? brief(young.get(line)) : "(end)"));
    }

    private static String brief(String text) {
        String line = text.strip().replaceAll("\\s*\\n\\s*", " ⏎ ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    private static String show(String kind, Place place, @Nullable Object value, Veil veil) {
        if (veil.hides(kind, place, value)) {
            return Veil.HIDDEN;
        }
        if (value instanceof Map<?, ?> map) {
            List<String> parts = new ArrayList<>();
            map.forEach((key, item) -> {
                // The item's own key stands in its place already.
                boolean known = !place.parts().isEmpty()
                        && place.parts().get(place.parts().size() - 1) instanceof Place.Item in
                        && in.key().equals(key);
                if (!known) {
                    parts.add(key + ": " + show(kind, place.field(String.valueOf(key)), item, veil));
                }
            });
            return parts.isEmpty() ? "{}" : String.join(", ", parts);
        }
        if (value instanceof List<?> list) {
            List<String> parts = new ArrayList<>();
            int index = 0;
            for (Object item : list) {
                String key = item instanceof Map<?, ?> ? "name" : "";
                Object name = Trees.at(item, "name");
                Place inner = name == null ? place.item("", index) : place.item(key, name);
                String text = show(kind, inner, item, veil);
                parts.add(item instanceof Map<?, ?> && name != null ? name + " {" + text + "}" : text);
                index++;
            }
            return "[" + String.join(", ", parts) + "]";
        }
        return veil.over(String.valueOf(value));
    }
}
