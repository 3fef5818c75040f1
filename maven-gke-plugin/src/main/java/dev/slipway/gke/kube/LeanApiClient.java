package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import io.kubernetes.client.openapi.ApiClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import okhttp3.OkHttpClient;

/**
 * client-java's way to a server, its TLS above all, without its models. The models are left out for two reasons: they refuse a
 * whole object over one field that they do not know (client-java 27, {@code validateJsonElement}), so that a newer control plane
 * would break us; and making them ready takes 0.6 s of each build.
 */
final class LeanApiClient extends ApiClient {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration TRANSFER = Duration.ofSeconds(30);

    /**
     * @param http what it starts from
     * @param authority PEM of who signs the server's certificate; the JDK's own authorities if empty
     * @param verify whether the certificate is checked at all
     * @param serverName the host that the certificate is for; the server's own if empty
     * @param keys what answers when the server asks for a certificate
     */
    private LeanApiClient(
            OkHttpClient http,
            Optional<byte[]> authority,
            boolean verify,
            String serverName,
            Optional<List<KeyManager>> keys) {
        super(http);
        this.verifyingSsl = verify;
        this.tlsServerName = serverName;
        this.keyManagers = keys.map(list -> list.toArray(KeyManager[]::new)).orElse(null);
        this.sslCaCert = authority.map(ByteArrayInputStream::new).orElse(null);
        applySslSettings();
    }

    /**
     * {@return the way to the server of a context}
     *
     * @throws DeployFailure KUBECONFIG_UNUSABLE if the authority is not one
     */
    static OkHttpClient of(Kubeconfig kubeconfig, UserCredentials credentials) {
        JsonNode cluster = kubeconfig.cluster();
        OkHttpClient.Builder http = new OkHttpClient.Builder()
                .connectTimeout(CONNECT)
                .readTimeout(TRANSFER)
                .writeTimeout(TRANSFER)
                .callTimeout(TRANSFER.multipliedBy(2))
                // Finds out about a connection that is dead without saying so.
                .pingInterval(20, TimeUnit.SECONDS)
                // An API server does not redirect; a service behind it may, and that is its answer.
                .followRedirects(false)
                .followSslRedirects(false);
        // Without the JVM's own idea of proxies: Helm, which gets the same kubeconfig, does not know it.
        http.proxy(
                cluster.hasNonNull("proxy-url")
                        ? proxy(URI.create(cluster.path("proxy-url").asText()))
                        : Proxy.NO_PROXY);
        try {
            return new LeanApiClient(
                            http.build(),
                            authority(cluster),
                            !cluster.path("insecure-skip-tls-verify").asBoolean(),
                            cluster.path("tls-server-name").asText(),
                            credentials.keyManagers())
                    .getHttpClient();
        } catch (IOException | RuntimeException e) {
            throw new DeployFailure(
                    FailureCode.KUBECONFIG_UNUSABLE,
                    "The certificate authority of the context '" + kubeconfig.context() + "' cannot be used: "
                            + e.getClass().getSimpleName(),
                    kubeconfig.server().toString(),
                    "It has to be one or more certificates in PEM form",
                    e);
        }
    }

    private static Optional<byte[]> authority(JsonNode cluster) throws IOException {
        if (cluster.hasNonNull("certificate-authority-data")) {
            return Optional.of(Base64.getMimeDecoder()
                    .decode(cluster.path("certificate-authority-data").asText()));
        }
        if (cluster.hasNonNull("certificate-authority")) {
            return Optional.of(Files.readAllBytes(
                    Path.of(cluster.path("certificate-authority").asText())));
        }
        return Optional.empty();
    }

    private static Proxy proxy(URI url) {
        Proxy.Type type = String.valueOf(url.getScheme()).startsWith("socks") ? Proxy.Type.SOCKS : Proxy.Type.HTTP;
        int port = url.getPort() > 0 ? url.getPort() : type == Proxy.Type.SOCKS ? 1080 : 80;
        return new Proxy(type, InetSocketAddress.createUnresolved(url.getHost(), port));
    }

    /** Not the parent's, which makes the models ready. */
    @Override
    protected void init() {
        authentications = new HashMap<>();
    }
}
