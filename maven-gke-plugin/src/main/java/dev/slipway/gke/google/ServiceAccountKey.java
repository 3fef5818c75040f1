package dev.slipway.gke.google;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key of a service account. It goes to Google's own loader for keys of service accounts, never to the general one, which would
 * run programs that a crafted file names.
 *
 * <p>No failure of this class carries a cause that has seen the key's text.
 */
final class ServiceAccountKey {
    private ServiceAccountKey() {}

    /**
     * {@return the login by a key; nobody is asked yet}
     *
     * @param key the text of {@code GKE_SA_KEY}: the key file's JSON, base64 of it, or a path to it
     * @throws DeployFailure {@code CREDENTIALS_UNREADABLE} if it is no key of a service account; {@code CREDENTIALS_EXPOSED} if it
     *     lies in a file that others can read; {@code TOKEN_ENDPOINT_FORBIDDEN} if it would send us to somebody else than Google
     */
    static Login login(Secret key, GoogleEndpoints endpoints, GoogleTransport transport) {
        KeyText text = KeyText.read(key);
        ServiceAccountCredentials credentials = load(text, endpoints, transport);
        return new Login(
                credentials,
                credentials.getClientEmail(),
                text.source(),
                credentials.getTokenServerUri().getHost());
    }

    private static ServiceAccountCredentials load(KeyText text, GoogleEndpoints endpoints, GoogleTransport transport) {
        JsonNode json = parse(text);
        String type = json.path("type").asText("");
        if (!type.equals("service_account")) {
            throw unreadable(
                    text,
                    "is no key of a service account" + (type.matches("[a-z_]{1,40}") ? ", but of type " + type : ""),
                    "Download a key (gcloud iam service-accounts keys create), or leave GKE_SA_KEY empty and name the file in"
                            + " GOOGLE_APPLICATION_CREDENTIALS");
        }
        String universe = json.path("universe_domain").asText(GoogleEndpoints.UNIVERSE);
        if (!universe.equals(GoogleEndpoints.UNIVERSE)) {
            throw unreadable(
                    text,
                    "is for another cloud than " + GoogleEndpoints.UNIVERSE,
                    "Use a key of a project of Google Cloud itself");
        }
        ServiceAccountCredentials credentials;
        try {
            credentials = ServiceAccountCredentials.fromStream(
                    new ByteArrayInputStream(text.json().reveal().getBytes(StandardCharsets.UTF_8)), transport);
        } catch (IOException | RuntimeException e) {
            throw unreadable(
                    text,
                    "is no usable key" + missing(json),
                    "Download the key again, and take care that line breaks inside private_key stay \\n");
        }
        endpoints.requireOurs(credentials.getTokenServerUri(), text.source());
        return credentials;
    }

    private static String missing(JsonNode json) {
        List<String> absent = List.of("client_id", "client_email", "private_key_id", "private_key").stream()
                .filter(field -> json.path(field).asText("").isEmpty())
                .toList();
        return absent.isEmpty() ? ": its private_key cannot be read" : ": it lacks " + String.join(", ", absent);
    }

    private static JsonNode parse(KeyText text) {
        @Nullable JsonNode json;
        try {
            json = new ObjectMapper().readTree(text.json().reveal());
        } catch (JsonProcessingException e) {
            // Jackson quotes what it could not read, so its exception is not passed on.
            json = null;
        }
        if (json == null || !json.isObject()) {
            throw unreadable(text, "is not the JSON of a key", "Download the key again, and copy all of the file");
        }
        return json;
    }

    private static DeployFailure unreadable(KeyText text, String what, String tryThis) {
        return new DeployFailure(
                FailureCode.CREDENTIALS_UNREADABLE, "The service account key " + what, text.source(), tryThis);
    }
}
