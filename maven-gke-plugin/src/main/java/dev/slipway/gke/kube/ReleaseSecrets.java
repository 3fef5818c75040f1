package dev.slipway.gke.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.secret.KnownSecrets;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * What of a release is known to be secret, so that it can be taken out of what programs and the cluster say: the values of Secret
 * objects, and of environment variables whose name sounds like one. Thread safe.
 */
final class ReleaseSecrets {
    /** Shorter leaves of a JSON document are words. */
    private static final int SHORTEST_LEAF = 8;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KnownSecrets known = new KnownSecrets();

    /** {@return what a release's own objects hold} */
    static ReleaseSecrets of(Manifest manifest) {
        ReleaseSecrets secrets = new ReleaseSecrets();
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
    void learn(JsonNode secret) {
        secret.path("stringData")
                .properties()
                .forEach(entry -> learn(entry.getValue().asText()));
        secret.path("data").properties().forEach(entry -> {
            String encoded = entry.getValue().asText();
            known.learn(encoded);
            try {
                learn(new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException noBase64) {
                // Then the text itself is all there is.
            }
        });
    }

    /** Learns environment variables that are written in the clear although their name sounds secret. */
    private void learnVariables(JsonNode spec) {
        for (JsonNode variables : spec.findValues("env")) {
            for (JsonNode variable : variables) {
                known.learnEnvironment(Map.of(
                        variable.path("name").asText(), variable.path("value").asText()));
            }
        }
    }

    private void learn(String value) {
        known.learn(value);
        if (value.strip().startsWith("{")) {
            try {
                leaves(JSON.readTree(value));
            } catch (JsonProcessingException noJson) {
                // Then it is hidden as a whole.
            }
        }
    }

    private void leaves(JsonNode node) {
        if (node.isTextual() && node.asText().length() >= SHORTEST_LEAF) {
            known.learn(node.asText());
        }
        node.forEach(this::leaves);
    }

    /** {@return the text with stars in the place of whatever is secret} */
    String mask(String text) {
        return known.hide(text);
    }
}
