package dev.slipway.gke.secret;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Which names say that what they stand for is secret. */
public final class SecretNames {
    private static final Pattern SECRET = Pattern.compile(
            "pass(wd|word|phrase)|secret|token|credential|api[_-]?key|private[_-]?key", Pattern.CASE_INSENSITIVE);

    /** Names of fields about secrets that hold none. */
    private static final Pattern ABOUT = Pattern.compile(
            "(name|ref|refs|seconds|path|version|type|policy|size|ttl)$|^checksum|^secrets?$",
            Pattern.CASE_INSENSITIVE);

    private SecretNames() {}

    /** {@return whether the name of a variable speaks of a secret} */
    public static boolean sound(String name) {
        return SECRET.matcher(name).find();
    }

    /** {@return whether a field of that name holds a secret, and not something about one} */
    public static boolean hold(String name) {
        return sound(name) && !ABOUT.matcher(name).find();
    }

    /** {@return the texts among the values of a release that are secret by their name, or by that of what they are in} */
    public static List<String> texts(Map<String, ?> values) {
        List<String> texts = new ArrayList<>();
        collect(values, false, texts);
        return texts;
    }

    private static void collect(Object value, boolean secret, List<String> texts) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> {
                String name = String.valueOf(key);
                boolean about = ABOUT.matcher(name).find() && !(item instanceof Map);
                collect(item, hold(name) || (secret && !about), texts);
            });
        } else if (value instanceof Collection<?> items) {
            items.forEach(item -> collect(item, secret, texts));
        } else if (secret && value instanceof String text) {
            texts.add(text);
        }
    }
}
