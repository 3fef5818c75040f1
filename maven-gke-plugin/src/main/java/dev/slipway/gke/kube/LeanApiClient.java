package dev.slipway.gke.kube;

import io.kubernetes.client.openapi.ApiClient;
import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import okhttp3.OkHttpClient;

/**
 * client-java's way to a server, its TLS above all, without its models. The models are left out for two reasons: they refuse a
 * whole object over one field that they do not know (client-java 27, {@code validateJsonElement}), so that a newer control plane
 * would break us; and making them ready takes 0.6 s of each build.
 */
final class LeanApiClient extends ApiClient {

    /**
     * @param http what it starts from
     * @param authority PEM of who signs the server's certificate; the JDK's own authorities if empty
     * @param verify whether the certificate is checked at all
     * @param serverName the host that the certificate is for; the server's own if empty
     * @param keys what answers when the server asks for a certificate
     */
    LeanApiClient(
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

    /** Not the parent's, which makes the models ready. */
    @Override
    protected void init() {
        authentications = new HashMap<>();
    }
}
