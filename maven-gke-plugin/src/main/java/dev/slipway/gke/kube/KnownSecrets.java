package dev.slipway.gke.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.secret.Mask;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The values that are known to be secret, so that they can be taken out of what programs and the cluster say: those of Secret
 * objects, and of environment variables whose name sounds like one. What merely looks like a credential is taken out too. Thread
 * safe.
 */
final class KnownSecrets {
    /** Shorter texts are words such as {@code true}; masking them would make holes in every sentence. */
    private static final int SHORTEST = 6;

    private static final Pattern SECRET_NAME = Pattern.compile(
            "pass(?:word|wd|phrase)?$|secret|token|credential|api_?-?key|private_?-?key", Pattern.CASE_INSENSITIVE);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The longest first, so that a text within another does not spoil it. */
    private final Set<String> values =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** {@return what a release's own objects hold} */
    static KnownSecrets of(Manifest manifest) {
        KnownSecrets secrets = new KnownSecrets();
        for (KubeObject object : manifest.objects()) {
            if (object.kind().equals("Secret")) {
                secrets.learn(JSON.valueToTree(object.body()));
            } else if (object.body().get("spec") != null) {
                secrets.learnVariables(JSON.valueToTree(object.body().get("spec")));
            }
        }
        return secrets;
    }

    /** Learns the values of a Secret object. */
    synchronized void learn(JsonNode secret) {
        secret.path("stringData")
                .properties()
                .forEach(entry -> add(entry.getValue().asText()));
        secret.path("data").properties().forEach(entry -> {
            String encoded = entry.getValue().asText();
            add(encoded);
            try {
                add(new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException noBase64) {
                // Then the text itself is all there is.
            }
        });
    }

    /** Learns environment variables that are written in the clear although their name sounds secret. */
    private synchronized void learnVariables(JsonNode spec) {
        for (JsonNode variable : spec.findValues("env")) {
            for (JsonNode entry : variable) {
                if (SECRET_NAME.matcher(entry.path("name").asText()).find()) {
                    add(entry.path("value").asText());
                }
            }
        }
    }

    private void add(String value) {
        String text = value.strip();
        if (text.length() < SHORTEST) {
            return;
        }
        values.add(text);
        values.add(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
        if (text.indexOf('\n') > 0) {
            text.lines()
                    .map(String::strip)
                    .filter(line -> line.length() >= SHORTEST)
                    .forEach(values::add);
        }
        if (text.startsWith("{")) {
            try {
                leaves(JSON.readTree(text));
            } catch (JsonProcessingException noJson) {
                // Then it is masked as a whole.
            }
        }
    }

    private void leaves(JsonNode node) {
        if (node.isTextual() && node.asText().length() > SHORTEST) {
            values.add(node.asText());
        }
        node.forEach(this::leaves);
    }

    /** {@return the text with stars in the place of whatever is secret} */
    synchronized String mask(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, Mask.STARS);
        }
        return Mask.credentials(masked);
    }
}
