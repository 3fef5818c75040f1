package dev.slipway.gke.google;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.model.Secret;
import dev.slipway.gke.port.TokenSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of a service account, by its key. The key goes to Google's own loader for keys of service accounts, never to the general
 * one, which would run programs that a crafted file names.
 *
 * <p>No failure of this class carries a cause that has seen the key's text.
 */
public final class ServiceAccountTokens implements TokenSource {
    /**
     * What tokens are for: Google's APIs; and the e-mail address, without which an API server knows the account by its number
     * alone, so that no RoleBinding matches.
     */
    static final List<String> SCOPES =
            List.of("https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email");

    private static final String UNIVERSE = "googleapis.com";

    private final String email;
    private final FreshToken token;

    private ServiceAccountTokens(ServiceAccountCredentials credentials, String source, Clock clock) {
        this.email = credentials.getClientEmail();
        this.token = new FreshToken(
                credentials.createScoped(SCOPES),
                new TokenFailures(email, source, credentials.getTokenServerUri().getHost()),
                clock);
    }

    /**
     * {@return tokens by a key; nobody is asked yet}
     *
     * @param key the text of {@code GKE_SA_KEY}: the key file's JSON, base64 of it, or a path to it
     * @throws DeployFailure {@code CREDENTIALS_UNREADABLE} if it is no key of a service account, or lies in a file that others can
     *     read; {@code TOKEN_ENDPOINT_FORBIDDEN} if the key would send us to somebody else than Google
     */
    static ServiceAccountTokens from(Secret key, GoogleEndpoints endpoints, Clock clock) {
        KeyText text = KeyText.read(key);
        return new ServiceAccountTokens(load(text, endpoints), text.source(), clock);
    }

    private static ServiceAccountCredentials load(KeyText text, GoogleEndpoints endpoints) {
        JsonNode json = parse(text);
        String type = json.path("type").asText("");
        if (!type.equals("service_account")) {
            throw unreadable(
                    text,
                    "is no key of a service account" + (type.matches("[a-z_]{1,40}") ? ", but of type " + type : ""),
                    "Download a key (gcloud iam service-accounts keys create), or leave GKE_SA_KEY empty and name the file in"
                            + " GOOGLE_APPLICATION_CREDENTIALS");
        }
        String universe = json.path("universe_domain").asText(UNIVERSE);
        if (!universe.equals(UNIVERSE)) {
            throw unreadable(
                    text, "is for another cloud than " + UNIVERSE, "Use a key of a project of Google Cloud itself");
        }
        ServiceAccountCredentials credentials;
        try {
            credentials = ServiceAccountCredentials.fromStream(
                    new ByteArrayInputStream(text.json().reveal().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | RuntimeException e) {
            throw unreadable(
                    text,
                    "is no usable key" + missing(json),
                    "Download the key again, and take care that line breaks inside private_key stay \\n");
        }
        requireOurs(credentials, endpoints, text.source());
        return credentials;
    }

    /** Refuses credentials whose token endpoint or universe is not Google's. */
    static void requireOurs(ServiceAccountCredentials credentials, GoogleEndpoints endpoints, String source) {
        endpoints.requireOurs(credentials.getTokenServerUri(), source);
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

    @Override
    public AccessToken token() {
        return token.get();
    }

    @Override
    public String identity() {
        return email;
    }

    @Override
    public String toString() {
        return "ServiceAccountTokens[" + email + "]";
    }
}
