package dev.slipway.gke.diff;

import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.secret.Mask;
import dev.slipway.gke.secret.SecretNames;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hides secrets: whatever is in a Secret, wherever else it stands; values whose name sounds like a secret; and what looks like a
 * credential.
 */
public final class Veil {
    /** What stands in the place of a hidden value. */
    public static final String HIDDEN = "(hidden)";

    /** Shorter texts are words; hiding them would make holes in every sentence. */
    private static final int SHORTEST = 6;

    private static final Pattern ASSIGNED = Pattern.compile(
            "(?i)((?:pass(?:word|wd|phrase)|secret|token|credential|api[_-]?key)[\"']?\\s*[=:]\\s*)[^\\s,}\\]]+");

    private final Set<String> texts =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** {@return a veil that knows nothing yet} */
    public static Veil empty() {
        return new Veil();
    }

    /** {@return a veil that knows what is in the Secrets among these objects} */
    public static Veil over(Collection<KubeObject> objects) {
        Veil veil = new Veil();
        objects.forEach(object -> veil.learn(object.kind(), object.body()));
        return veil;
    }

    /** Remembers what is in the object, if it is a Secret. */
    public void learn(String kind, Map<String, Object> object) {
        if (kind.equals("Secret")) {
            Trees.map(object.get("stringData")).values().forEach(this::learn);
            Trees.map(object.get("data")).values().forEach(value -> {
                learn(value);
                learn(decoded(value));
            });
        }
    }

    private void learn(@Nullable Object value) {
        if (value instanceof String text && text.strip().length() >= SHORTEST) {
            texts.add(text.strip());
        }
    }

    private static @Nullable String decoded(@Nullable Object value) {
        try {
            return value == null
                    ? null
                    : new String(Base64.getMimeDecoder().decode(value.toString()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
    }

    /** {@return the text without any secret that is known, and without what looks like a credential} */
    public String over(String text) {
        String veiled = text;
        for (String known : texts) {
            veiled = veiled.replace(known, HIDDEN);
        }
        return Mask.credentials(ASSIGNED.matcher(veiled).replaceAll("$1" + HIDDEN));
    }

    /** {@return whether nothing of what is there may be shown} */
    boolean hides(String kind, Place place, @Nullable Object value) {
        List<String> fields = place.fields();
        if (kind.equals("Secret")
                && !fields.isEmpty()
                && Set.of("data", "stringData").contains(fields.get(0))) {
            return true;
        }
        if (!(value instanceof String)) {
            return false;
        }
        String name = place.last();
        if (name.equals("value")) {
            // An environment variable: its name is what tells.
            name = place.parts().stream()
                    .filter(Place.Item.class::isInstance)
                    .map(part -> ((Place.Item) part).value().toString())
                    .reduce("", (before, last) -> last);
            return SecretNames.sound(name);
        }
        return SecretNames.hold(name);
    }
}
