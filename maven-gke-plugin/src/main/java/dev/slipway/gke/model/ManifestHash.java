package dev.slipway.gke.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** SHA-256 of the objects of a release by what they mean: the order of objects and of fields, and how they were written, do not count. */
public final class ManifestHash {
    private ManifestHash() {}

    /** {@return 64 hexadecimal digits} */
    public static String of(Manifest objects, Manifest hooks) {
        MessageDigest digest = sha256();
        add(digest, "objects", objects);
        add(digest, "hooks", hooks);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** {@return that of a rendering} */
    public static String of(Rendering rendering) {
        return of(rendering.manifest(), rendering.hooks());
    }

    /** {@return that of a revision, as the cluster keeps it} */
    public static String of(Release release) {
        return of(release.manifest(), release.hooks());
    }

    private static void add(MessageDigest digest, String name, Manifest manifest) {
        Stream<String> texts = manifest.objects().stream().map(object -> {
            StringBuilder text = new StringBuilder();
            write(text, object.body());
            return text.toString();
        });
        StringBuilder all = new StringBuilder(name);
        texts.sorted().forEach(text -> all.append('\n').append(text));
        digest.update(all.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void write(StringBuilder text, Object node) {
        if (node instanceof Map<?, ?> map) {
            TreeMap<String, Object> sorted = new TreeMap<>();
            map.forEach((key, value) -> sorted.put(String.valueOf(key), value == null ? "null" : value));
            text.append('{');
            sorted.forEach((key, value) -> {
                quote(text, key);
                text.append(':');
                write(text, value);
                text.append(',');
            });
            text.append('}');
        } else if (node instanceof List<?> list) {
            text.append('[');
            for (Object item : list) {
                write(text, item == null ? "null" : item);
                text.append(',');
            }
            text.append(']');
        } else if (node instanceof String string) {
            quote(text, string);
        } else {
            text.append(node);
        }
    }

    private static void quote(StringBuilder text, String string) {
        text.append('"')
                .append(string.replace("\\", "\\\\").replace("\"", "\\\""))
                .append('"');
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
