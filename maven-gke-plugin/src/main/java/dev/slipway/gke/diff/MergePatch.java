package dev.slipway.gke.diff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The patch that Helm sends to bring a live object to the manifest: everything that the manifest says, and a deletion for
 * everything that the manifest before said and this one does not. What neither said is left alone.
 *
 * <p>Helm 3, and Helm 4 on releases that were not begun with server-side apply, compute it as a three-way merge ({@code
 * pkg/kube/client.go}, {@code createPatch}): for Kubernetes' own kinds a strategic merge patch, for others a JSON merge patch.
 */
public final class MergePatch {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";

    private final String kind;
    private final boolean strategic;

    private MergePatch(String kind, boolean strategic) {
        this.kind = kind;
        this.strategic = strategic;
    }

    /**
     * {@return the patch}
     *
     * @param kind of the object
     * @param strategic whether the server merges lists by key ({@code application/strategic-merge-patch+json}), or replaces
     *     them ({@code application/merge-patch+json})
     * @param before the object in the manifest before; empty if it was not in it
     * @param after the object in the manifest
     * @param live the object as it is
     */
    public static Map<String, Object> of(
            String kind,
            boolean strategic,
            Map<String, Object> before,
            Map<String, Object> after,
            Map<String, Object> live) {
        return new MergePatch(kind, strategic).map(Place.ROOT, before, after, live);
    }

    private Map<String, Object> map(Place place, Map<String, Object> before, Map<String, Object> after, Object live) {
        Map<String, @Nullable Object> patch = new LinkedHashMap<>();
        after.forEach((field, value) ->
                patch.put(field, value(place.field(field), before.get(field), value, Trees.at(live, field))));
        before.keySet().stream().filter(field -> !after.containsKey(field)).forEach(field -> patch.put(field, null));
        if (strategic && union(place) && changed(before, after, live)) {
            patch.put(RETAIN, List.copyOf(after.keySet()));
        }
        return patch;
    }

    private @Nullable Object value(
            Place place, @Nullable Object before, @Nullable Object after, @Nullable Object live) {
        if (after instanceof Map<?, ?>) {
            return map(place, Trees.map(before), Trees.map(after), Trees.map(live));
        }
        if (after instanceof List<?>) {
            return list(place, Trees.list(before), Trees.list(after), Trees.list(live));
        }
        return after;
    }

    private Object list(Place place, List<Object> before, List<Object> after, List<Object> live) {
        Optional<String> merging = strategic ? ListKeys.merging(kind, place) : Optional.empty();
        if (merging.isEmpty() || !ListKeys.tells(merging.get(), after)) {
            return after;
        }
        String key = merging.get();
        List<Object> patch = new ArrayList<>();
        for (Object item : after) {
            Object value = Objects.requireNonNull(Trees.map(item).get(key));
            patch.add(map(
                    place.item(key, value),
                    Trees.map(find(before, key, value)),
                    Trees.map(item),
                    Trees.map(find(live, key, value))));
        }
        for (Object item : before) {
            Object value = Trees.map(item).get(key);
            if (value != null && find(after, key, value) == null) {
                Map<String, Object> deletion = new LinkedHashMap<>();
                deletion.put(DIRECTIVE, "delete");
                deletion.put(key, value);
                patch.add(deletion);
            }
        }
        return patch;
    }

    private static @Nullable Object find(List<Object> items, String key, Object value) {
        return items.stream()
                .filter(item -> item instanceof Map<?, ?> map
                        && map.get(key) != null
                        && map.get(key).toString().equals(value.toString()))
                .findFirst()
                .orElse(null);
    }

    /** Where one of several fields may be set, so that the server has to drop those that are not ({@code retainKeys}). */
    private boolean union(Place place) {
        return (kind.equals("Deployment") && place.toString().equals("spec.strategy"))
                || (place.last().equals("volumes")
                        && !place.parts().isEmpty()
                        && place.parts().get(place.parts().size() - 1) instanceof Place.Item);
    }

    private static boolean changed(Map<String, Object> before, Map<String, Object> after, Object live) {
        Map<String, Object> now = Trees.map(live);
        return !now.isEmpty()
                && (before.keySet().stream().anyMatch(field -> !after.containsKey(field))
                        || after.keySet().stream().anyMatch(field -> !now.containsKey(field))
                        || after.entrySet().stream()
                                .anyMatch(entry -> !(entry.getValue() instanceof Map<?, ?>)
                                        && !Trees.same(entry.getValue(), now.get(entry.getKey()))));
    }
}
