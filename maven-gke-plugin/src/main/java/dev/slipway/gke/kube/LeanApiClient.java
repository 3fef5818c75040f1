package dev.slipway.gke.kube;

import io.kubernetes.client.openapi.ApiClient;
import java.io.ByteArrayInputStream;
import java.util.HashMap;
import javax.net.ssl.KeyManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * client-java's way to a server, its TLS above all, without its models. The models are left out for two reasons: they refuse a
 * whole object over one field that they do not know (client-java 27, {@code validateJsonElement}), so that a newer control plane
 * would break us; and making them ready takes 0.6 s of each build.
 */
final class LeanApiClient extends ApiClient {

    LeanApiClient(
            OkHttpClient http,
            byte @Nullable [] authority,
            boolean verify,
            @Nullable String serverName,
            KeyManager @Nullable [] keys) {
        super(http);
        this.verifyingSsl = verify;
        this.tlsServerName = serverName;
        this.keyManagers = keys;
        this.sslCaCert = authority == null ? null : new ByteArrayInputStream(authority);
        applySslSettings();
    }

    /** Not the parent's, which makes the models ready. */
    @Override
    protected void init() {
        authentications = new HashMap<>();
    }
}
