package dev.slipway.gke.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Optional;

/**
 * What came back on a request.
 *
 * @param status the HTTP status
 * @param text the body, perhaps cut
 * @param retryAfter seconds that the server asks to wait; 0 if it does not
 * @param date the server's clock, to the second, if it told
 */
record Reply(int status, String text, int retryAfter, Optional<Instant> date) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Reply(int status, String text, int retryAfter) {
        this(status, text, retryAfter, Optional.empty());
    }

    /**
     * The API server's own words about a request that it refuses ({@code kind: Status}).
     *
     * @param reason one word, such as {@code Forbidden}
     * @param message a sentence
     */
    record Words(String reason, String message) {}

    boolean ok() {
        return status >= 200 && status < 300;
    }

    /** {@return the API server's own words; empty if the body is somebody else's, such as a proxied service's} */
    Optional<Words> words() {
        if (ok()) {
            return Optional.empty();
        }
        try {
            JsonNode node = JSON.readTree(text);
            if (node == null
                    || !"Status".equals(node.path("kind").asText())
                    || !"v1".equals(node.path("apiVersion").asText())) {
                return Optional.empty();
            }
            return Optional.of(new Words(
                    node.path("reason").asText(),
                    Redactor.clean(node.path("message").asText())));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    JsonNode json() throws JsonProcessingException {
        return JSON.readTree(text);
    }
}
