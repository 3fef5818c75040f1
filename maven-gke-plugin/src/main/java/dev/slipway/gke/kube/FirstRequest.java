package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Goes once through what the first request to an API server needs, with nobody at the other end, so that its classes are there when a
 * deploy wants them: a JVM takes half a second for the first request, and a few milliseconds for the second.
 */
public final class FirstRequest {
    /** Of this machine, and nothing listens there. */
    private static final URI NOBODY = URI.create("https://127.0.0.1:1");

    private FirstRequest() {}

    /** Rehearses. Sends nothing, keeps nothing, and fails at nothing. */
    public static void rehearse() {
        try {
            shakeHands();
            ObjectNode cluster = Kubeconfig.node().put("server", NOBODY.toString());
            Kubeconfig kubeconfig = new Kubeconfig("rehearsal", NOBODY, cluster, Kubeconfig.node());
            UserCredentials user = UserCredentials.of(kubeconfig, Path.of(""), Clock.systemUTC(), null);
            try (KubeHttp http = KubeHttp.to(kubeconfig, user)) {
                http.send(KubeRequest.get(http.url("/version", Map.of())));
            }
        } catch (IOException | GeneralSecurityException | DeployFailure nobodyThere) {
            Manifests.parse("{apiVersion: v1, kind: Nothing, metadata: {name: nothing}}");
        }
    }

    /** The first half of TLS, up to what would be sent. */
    private static void shakeHands() throws GeneralSecurityException, SSLException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        engine.beginHandshake();
        engine.wrap(
                ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    }
}
