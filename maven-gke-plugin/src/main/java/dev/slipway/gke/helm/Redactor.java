package dev.slipway.gke.helm;

import dev.slipway.gke.secret.Mask;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Takes secrets out of what Helm says. Helm prints values when it warns of them, so every text among the values of this run is
 * masked in debug output; in failures, which have to stay readable, those whose key sounds like a secret. What looks like a
 * token or a key is masked everywhere.
 */
final class Redactor {
    /** Shorter texts are words such as {@code true} or {@code ml}; masking them would make holes in every sentence. */
    private static final int SHORTEST = 6;

    private static final Pattern SECRET_KEY = Pattern.compile(
            "pass(word|wd|phrase)?|secret|token|credential|api_?-?key|private|auth", Pattern.CASE_INSENSITIVE);
    private final Set<String> texts = byLength();
    private final Set<String> secrets = byLength();

    /** The longest first, so that a text within another does not spoil it. */
    private static Set<String> byLength() {
        return new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
    }

    /** Remembers the values of a release. */
    synchronized void learn(Map<String, ?> values) {
        values.forEach((key, value) -> learn(value, SECRET_KEY.matcher(key).find()));
    }

    private void learn(Object value, boolean secret) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> learn(
                    item, secret || SECRET_KEY.matcher(String.valueOf(key)).find()));
        } else if (value instanceof Collection<?> items) {
            items.forEach(item -> learn(item, secret));
        } else if (value instanceof String text && text.length() >= SHORTEST) {
            texts.add(text);
            if (secret) {
                secrets.add(text);
            }
        }
    }

    /** {@return the text for debug output} */
    synchronized String debug(String text) {
        return mask(text, texts);
    }

    /** {@return the text for a failure} */
    synchronized String failure(String text) {
        return mask(text, secrets);
    }

    private static String mask(String text, Set<String> values) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, Mask.STARS);
        }
        return Mask.credentials(masked);
    }
}
