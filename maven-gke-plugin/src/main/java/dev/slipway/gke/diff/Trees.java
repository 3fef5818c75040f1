package dev.slipway.gke.diff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looking into trees of maps, lists and values. */
final class Trees {
    private Trees() {}

    /** {@return the map, or an empty one if it is none} */
    static Map<String, Object> map(@Nullable Object tree) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (tree instanceof Map<?, ?> raw) {
            raw.forEach((key, value) -> map.put(String.valueOf(key), value));
        }
        return map;
    }

    /** {@return the list, or an empty one if it is none} */
    static List<Object> list(@Nullable Object tree) {
        List<Object> list = new ArrayList<>();
        if (tree instanceof List<?> raw) {
            list.addAll(raw);
        }
        return list;
    }

    /** {@return what is there along these fields; null if nothing is} */
    static @Nullable Object at(@Nullable Object tree, String... fields) {
        Object here = tree;
        for (String field : fields) {
            if (!(here instanceof Map<?, ?> map)) {
                return null;
            }
            here = map.get(field);
        }
        return here;
    }

    /** {@return the text that is there along these fields; empty if nothing is} */
    static String text(@Nullable Object tree, String... fields) {
        Object found = at(tree, fields);
        return found == null ? "" : found.toString();
    }

    /** {@return whether both say the same; numbers by their value, and nothing, null and what is empty are alike} */
    static boolean same(@Nullable Object one, @Nullable Object other) {
        if (empty(one) && empty(other)) {
            return true;
        }
        if (one instanceof Map<?, ?> || other instanceof Map<?, ?>) {
            Map<String, Object> left = map(one);
            Map<String, Object> right = map(other);
            return one instanceof Map<?, ?> == other instanceof Map<?, ?>
                    && left.keySet().stream().allMatch(key -> same(left.get(key), right.get(key)))
                    && right.keySet().stream().allMatch(key -> left.containsKey(key) || empty(right.get(key)));
        }
        if (one instanceof List<?> left && other instanceof List<?> right) {
            if (left.size() != right.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!same(left.get(i), right.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (one instanceof Number left && other instanceof Number right) {
            return left.equals(right) || Double.compare(left.doubleValue(), right.doubleValue()) == 0;
        }
        return Objects.equals(one, other);
    }

    /** {@return whether it is nothing, or holds nothing; an empty text is something} */
    static boolean empty(@Nullable Object tree) {
        return tree == null
                || (tree instanceof Map<?, ?> map && map.values().stream().allMatch(Trees::empty))
                || (tree instanceof List<?> list && list.isEmpty());
    }

    /** {@return the tree on one line, as YAML's flow style has it, near enough for people} */
    static String flow(@Nullable Object tree) {
        if (tree instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + flow(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (tree instanceof List<?> list) {
            return list.stream().map(Trees::flow).collect(Collectors.joining(", ", "[", "]"));
        }
        return String.valueOf(tree);
    }
}
