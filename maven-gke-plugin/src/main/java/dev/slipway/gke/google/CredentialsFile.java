package dev.slipway.gke.google;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.auth.oauth2.ExternalAccountAuthorizedUserCredentials;
import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ImpersonatedCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.auth.oauth2.UserCredentials;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of application default credentials, looked through before anything in it is followed: it may name programs to run and
 * hosts to ask, and whoever could change it would else have both.
 *
 * <p>What is left after that: keys and logins whose endpoints are Google's, and Workload Identity Federation whose proof comes
 * from a file or from an address, such as GitHub's. No failure of this class carries a cause that has seen the file's text.
 *
 * @param file where it is
 * @param text what it says
 * @param endpoints whom we take for Google
 */
record CredentialsFile(Path file, Secret text, GoogleEndpoints endpoints) {
    /** These hold a secret that is worth as much as the account; a federation's file holds none that outlives its job. */
    private static final Set<String> SECRETS = Set.of(
            "service_account", "authorized_user", "external_account_authorized_user", "impersonated_service_account");

    private static final List<String> GOOGLES =
            List.of("token_url", "token_info_url", "token_uri", "revoke_url", "service_account_impersonation_url");

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Real ones have 3 KiB. */
    private static final int LARGEST = 64 * 1024;

    /**
     * {@return the credentials in it, which will ask nobody but Google and, for a federation, the giver of its proof}
     *
     * @throws DeployFailure {@code CREDENTIALS_UNREADABLE} if it makes no sense or would run a program, {@code CREDENTIALS_EXPOSED}
     *     if it holds a secret and others can read it, {@code TOKEN_ENDPOINT_FORBIDDEN} if it would send us to somebody else than
     *     Google
     */
    static GoogleCredentials load(Path file, GoogleEndpoints endpoints, GoogleTransport transport) {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(LARGEST + 1);
        } catch (IOException e) {
            throw unreadable(
                    file,
                    Files.exists(file) ? "cannot be read" : "are not there: there is no such file",
                    "Check the file that GOOGLE_APPLICATION_CREDENTIALS names, or run: gcloud auth application-default login");
        }
        if (content.length > LARGEST) {
            throw unreadable(file, "are too large to be credentials", "Name the right file");
        }
        return new CredentialsFile(file, new Secret(new String(content, StandardCharsets.UTF_8)), endpoints)
                .credentials(transport);
    }

    private GoogleCredentials credentials(GoogleTransport transport) {
        JsonNode json = parse();
        String type = json.path("type").asText();
        if (SECRETS.contains(type)) {
            KeyText.requirePrivate(file, "the Google credentials");
        }
        check(json);
        try {
            InputStream in = new ByteArrayInputStream(text.reveal().getBytes(StandardCharsets.UTF_8));
            return switch (type) {
                case "service_account" -> ServiceAccountCredentials.fromStream(in, transport);
                case "authorized_user" -> UserCredentials.fromStream(in, transport);
                case "impersonated_service_account" -> ImpersonatedCredentials.fromStream(in, transport);
                case "external_account" -> ExternalAccountCredentials.fromStream(in, transport);
                case "external_account_authorized_user" ->
                    ExternalAccountAuthorizedUserCredentials.fromStream(in, transport);
                default ->
                    throw unreadable(
                            file,
                            "are of a type that this plugin does not know"
                                    + (type.matches("[a-z_]{1,40}") ? ": " + type : ""),
                            "Use a key of a service account, the login of gcloud, or Workload Identity Federation");
            };
        } catch (IOException | RuntimeException e) {
            if (e instanceof DeployFailure failure) {
                throw failure;
            }
            // Without the cause: the library's parser quotes what it could not read.
            throw unreadable(file, "make no sense as " + type, "Make the file again with the tool that made it");
        }
    }

    private void check(JsonNode json) {
        String universe = json.path("universe_domain").asText(GoogleEndpoints.UNIVERSE);
        if (!universe.equals(GoogleEndpoints.UNIVERSE)) {
            throw unreadable(
                    file,
                    "are for another cloud than " + GoogleEndpoints.UNIVERSE,
                    "Use credentials of Google Cloud itself");
        }
        for (String field : GOOGLES) {
            if (json.hasNonNull(field)) {
                endpoints.requireGoogle(field, json.path(field).asText(), file.toString());
            }
        }
        if (json.path("type").asText().equals("external_account")) {
            source(json.path("credential_source"));
        }
        // An account that is impersonated brings the credentials of whoever does it.
        if (json.path("source_credentials").isObject()) {
            check(json.path("source_credentials"));
        }
    }

    private void source(JsonNode source) {
        if (source.has("executable")) {
            throw unreadable(
                    file,
                    "would run a program of their own choice (credential_source.executable), which this plugin does not do",
                    "Use a federation whose proof is in a file or at an address, as google-github-actions/auth sets it up");
        }
        boolean fromFile = source.path("file").isTextual();
        boolean fromAddress = source.path("url").isTextual() && !source.has("environment_id");
        if (fromFile == fromAddress || source.has("certificate")) {
            throw unreadable(
                    file,
                    "get their proof in a way that this plugin does not know",
                    "Use a federation whose proof is in a file or at an address, as google-github-actions/auth sets it up");
        }
        if (fromAddress && !confidential(source.path("url").asText())) {
            throw unreadable(
                    file,
                    "would fetch their proof without TLS, where others can read it",
                    "Let credential_source.url be an https address");
        }
    }

    private static boolean confidential(String address) {
        try {
            URI uri = new URI(address);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            return uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && (scheme.equals("https") || (scheme.equals("http") && LOOPBACK.contains(uri.getHost())));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private JsonNode parse() {
        @Nullable JsonNode json;
        try {
            json = new ObjectMapper().readTree(text.reveal());
        } catch (JsonProcessingException e) {
            // Jackson quotes what it could not read, so its exception is not passed on.
            json = null;
        }
        if (json == null || !json.isObject()) {
            throw unreadable(file, "are not JSON", "Make the file again with the tool that made it");
        }
        return json;
    }

    private static DeployFailure unreadable(Path file, String what, String tryThis) {
        return new DeployFailure(
                FailureCode.CREDENTIALS_UNREADABLE,
                "The application default credentials " + what,
                file.toString(),
                tryThis);
    }
}
