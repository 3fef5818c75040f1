package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who a kubeconfig's user is, as every request has to show it: a client certificate, a token, a token file, a password, a
 * program that gives one of these ({@code exec}), or one of client-java's auth providers.
 */
final class UserCredentials {

    /** Where a bearer token comes from. */
    interface Tokens {
        /** {@return the token that is good now; empty if there is none} */
        Optional<String> token() throws IOException;

        /** {@return whether asking again may give a better one; called after a refusal} */
        default boolean renew() {
            return false;
        }
    }

    private final ObjectNode user;
    private final Tokens tokens;
    private final Optional<List<KeyManager>> keys;

    private UserCredentials(ObjectNode user, Tokens tokens, Optional<List<KeyManager>> keys) {
        this.user = user;
        this.tokens = tokens;
        this.keys = keys;
    }

    /**
     * {@return the credentials of the file's user; a program of the user's is run here for the first time}
     *
     * @param live what keeps the user's token file fresh, if this build does
     */
    static UserCredentials of(Kubeconfig kubeconfig, Path file, Clock clock, @Nullable TokenFile live) {
        ObjectNode user = kubeconfig.user();
        try {
            Optional<String> certificate = pem(user, "client-certificate");
            Optional<String> key = pem(user, "client-key");
            if (certificate.isPresent() && key.isPresent()) {
                return new UserCredentials(
                        user, Optional::empty, Optional.of(ClientCertificate.keys(certificate.get(), key.get())));
            }
            if (user.has("exec")) {
                ExecCredential exec = new ExecCredential(user.path("exec"), kubeconfig, clock);
                Optional<ExecCredential.Pair> pair = exec.pair();
                return new UserCredentials(
                        user,
                        exec,
                        pair.isPresent()
                                ? Optional.of(ClientCertificate.keys(
                                        pair.get().certificate(), pair.get().key()))
                                : Optional.empty());
            }
            return new UserCredentials(user, tokens(user, file, live), Optional.empty());
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            if (e instanceof DeployFailure failure) {
                throw failure;
            }
            // Without the exception as the cause: parsers of keys quote what they read.
            throw new DeployFailure(
                    FailureCode.KUBECONFIG_UNUSABLE,
                    "The credentials of the context '" + kubeconfig.context() + "' cannot be used: "
                            + e.getClass().getSimpleName(),
                    kubeconfig.server().toString(),
                    "Check certificate, key, and token of that user with kubectl");
        }
    }

    /** {@return what answers when the server asks for a certificate} */
    Optional<List<KeyManager>> keyManagers() {
        return keys;
    }

    /** Puts onto the request who it comes from. */
    void apply(Request.Builder request) throws IOException {
        Optional<String> token = tokens.token();
        if (token.isPresent()) {
            if (!token.get().matches("[\\x21-\\x7e]+")) {
                throw new IOException("the token is no token: it has characters that no header may have");
            }
            request.header("Authorization", "Bearer " + token.get());
        } else if (user.hasNonNull("username")) {
            String pair =
                    user.path("username").asText() + ":" + user.path("password").asText();
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        if (user.hasNonNull("as")) {
            request.header("Impersonate-User", user.path("as").asText());
            if (user.hasNonNull("as-uid")) {
                request.header("Impersonate-Uid", user.path("as-uid").asText());
            }
            user.path("as-groups").forEach(group -> request.addHeader("Impersonate-Group", group.asText()));
        }
    }

    /** {@return whether it is worth asking once more after a refusal} */
    boolean renew() {
        return tokens.renew();
    }

    private static Tokens tokens(ObjectNode user, Path file, @Nullable TokenFile live) throws IOException {
        if (user.has("auth-provider")) {
            return provider(file);
        }
        // As in kubectl: the file wins over the token beside it.
        if (user.hasNonNull("tokenFile")) {
            return new FromFile(Path.of(user.path("tokenFile").asText()), live);
        }
        Optional<String> token = Optional.of(user.path("token").asText()).filter(text -> !text.isEmpty());
        return () -> token;
    }

    private static Tokens provider(Path file) throws IOException {
        KubeConfig config;
        try (Reader reader = Files.newBufferedReader(file)) {
            config = KubeConfig.loadKubeConfig(reader);
        }
        return new FromProvider(config);
    }

    private static Optional<String> pem(JsonNode node, String field) throws IOException {
        if (node.hasNonNull(field + "-data")) {
            byte[] data =
                    Base64.getMimeDecoder().decode(node.path(field + "-data").asText());
            return Optional.of(new String(data, StandardCharsets.UTF_8));
        }
        if (node.hasNonNull(field)) {
            return Optional.of(Files.readString(Path.of(node.path(field).asText())));
        }
        return Optional.empty();
    }

    /**
     * Read anew for every request: somebody keeps it fresh.
     *
     * @param live who does, if it is this build
     */
    private record FromFile(Path file, @Nullable TokenFile live) implements Tokens {
        @Override
        public Optional<String> token() throws IOException {
            return Optional.of(Files.readString(file).strip());
        }

        @Override
        public boolean renew() {
            try {
                return live == null || live.renew();
            } catch (IOException e) {
                return false;
            }
        }
    }

    /** OpenID Connect, as client-java does it: it refreshes the token when it has ended. */
    private record FromProvider(KubeConfig config) implements Tokens {
        @Override
        public synchronized Optional<String> token() {
            Map<String, String> credentials = config.getCredentials();
            return credentials == null
                    ? Optional.empty()
                    : Optional.ofNullable(credentials.get(KubeConfig.CRED_TOKEN_KEY));
        }
    }
}
