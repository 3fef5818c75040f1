package dev.slipway.gke.yaml;

import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Manifests as text, and back. YAML is read as Kubernetes reads it: version 1.1, with anchors and merge keys, timestamps as
 * plain strings, keys always strings.
 */
public final class Manifests {
    /** The longest text, in characters. Helm's own limit is the 1 MiB of a Secret, compressed. */
    static final int MAX_CHARACTERS = 32 << 20;

    /** The most values in one text once every alias is written out: a manifest of a megabyte has some 50 000. */
    static final int MAX_VALUES = 2_000_000;

    private static final int MAX_DEPTH = 100;

    private Manifests() {}

    /**
     * Reads the objects of a text of several documents. Empty documents are passed over, lists ({@code kind: List}) are
     * replaced by what they hold.
     *
     * @throws IllegalArgumentException if it is no YAML, is beyond the limits, or holds something that is no object
     */
    public static Manifest parse(String text) {
        List<KubeObject> objects = new ArrayList<>();
        int number = 0;
        for (Object document : documents(text)) {
            number++;
            if (document == null) {
                continue;
            }
            collect(document, "document " + number, objects);
        }
        return new Manifest(objects);
    }

    /**
     * Reads a text of one document that holds a map, such as {@code Chart.yaml} or a values file.
     *
     * @return the map; empty if the text is empty
     * @throws IllegalArgumentException if it is no YAML, is beyond the limits, or is no map
     */
    public static Map<String, Object> parseMap(String text) {
        List<@Nullable Object> documents = documents(text);
        if (documents.size() > 1) {
            throw new IllegalArgumentException("it holds " + documents.size() + " documents, not one");
        }
        Object document = documents.isEmpty() ? null : documents.get(0);
        return document == null ? Map.of() : asMap(document, "it");
    }

    /**
     * Writes a tree of maps, lists, strings, numbers, booleans and nulls. Every string is quoted, so that no reader takes
     * {@code 1e3}, {@code on} or {@code 0o17} for something else.
     */
    public static String toYaml(Map<String, ?> tree) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        // Without this, a map that occurs twice would be written as an anchor and an alias.
        options.setDereferenceAliases(true);
        return new Yaml(new QuotingRepresenter(options), options).dump(tree);
    }

    private static void collect(Object document, String where, List<KubeObject> objects) {
        Map<String, Object> body = asMap(document, where);
        String kind = text(body.get("kind"));
        String apiVersion = text(body.get("apiVersion"));
        if (kind.isEmpty() || apiVersion.isEmpty()) {
            throw new IllegalArgumentException(
                    where + " has no " + (kind.isEmpty() ? "kind" : "apiVersion") + ", so it is no Kubernetes object");
        }
        if (kind.endsWith("List") && body.get("items") instanceof List<?> items) {
            int number = 0;
            for (Object item : items) {
                number++;
                collect(item, where + ", item " + number + " of the " + kind, objects);
            }
            return;
        }
        objects.add(new KubeObject(apiVersion, kind, name(body), body));
    }

    private static String name(Map<String, Object> body) {
        if (!(body.get("metadata") instanceof Map<?, ?> metadata)) {
            return "";
        }
        String name = text(metadata.get("name"));
        return name.isEmpty() ? text(metadata.get("generateName")) : name;
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    @SuppressWarnings("unchecked") // plain() makes string keys of all keys
    private static Map<String, Object> asMap(@Nullable Object document, String where) {
        if (document instanceof Map) {
            return (Map<String, Object>) document;
        }
        throw new IllegalArgumentException(where + " is "
                + (document == null ? "empty" : document instanceof List ? "a list" : "a plain value")
                + " where a map was expected");
    }

    private static List<@Nullable Object> documents(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("it is longer than " + (MAX_CHARACTERS >> 20) + " million characters");
        }
        List<@Nullable Object> documents = new ArrayList<>();
        Budget budget = new Budget();
        try {
            for (Object document : reader().loadAll(text)) {
                documents.add(plain(document, budget, 0));
            }
        } catch (MarkedYAMLException e) {
            // The message of the library quotes the line, which may hold a secret, or a part of one: only its place and
            // problem
            // are told, and it is no cause, because Maven shows those with -e.
            throw new IllegalArgumentException((e.getProblemMark() == null
                            ? ""
                            : "line " + (e.getProblemMark().getLine() + 1) + ": ")
                    + e.getProblem());
        } catch (YAMLException | ClassCastException e) {
            throw new IllegalArgumentException("it is no YAML that Kubernetes would read: " + e.getMessage(), e);
        }
        return documents;
    }

    /** The same tree with string keys and nothing but what JSON knows; aliases written out, and paid for. */
    private static @Nullable Object plain(@Nullable Object value, Budget budget, int depth) {
        budget.spend();
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("it is nested more than " + MAX_DEPTH + " deep");
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(String.valueOf(key), plain(item, budget, depth + 1)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(item -> copy.add(plain(item, budget, depth + 1)));
            return copy;
        }
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        throw new IllegalArgumentException("it holds a value that JSON does not know");
    }

    private static Yaml reader() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(1000);
        options.setAllowRecursiveKeys(false);
        options.setAllowDuplicateKeys(true);
        options.setWarnOnDuplicateKeys(false);
        DumperOptions dumper = new DumperOptions();
        return new Yaml(new SafeConstructor(options), new Representer(dumper), dumper, options, new TimelessResolver());
    }

    /** How many values may still be made. */
    private static final class Budget {
        private int left = MAX_VALUES;

        void spend() {
            if (--left < 0) {
                throw new IllegalArgumentException(
                        "it holds more than " + MAX_VALUES + " values once its aliases are written out");
            }
        }
    }

    /** Timestamps stay strings, as they do in Kubernetes. */
    private static final class TimelessResolver extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INT, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    private static final class QuotingRepresenter extends Representer {
        QuotingRepresenter(DumperOptions options) {
            super(options);
            representers.put(
                    String.class,
                    data -> representScalar(Tag.STR, data.toString(), DumperOptions.ScalarStyle.DOUBLE_QUOTED));
        }
    }
}
