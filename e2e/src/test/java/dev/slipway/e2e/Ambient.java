package dev.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * An environment that names another API server in every way that Helm and its libraries listen to, and that server, which should
 * not get one request.
 */
final class Ambient implements AutoCloseable {
    private final Canary canary = new Canary();
    private final Path kubeconfig;
    private final Path home;

    Ambient() {
        try {
            home = Files.createTempDirectory("slipway-e2e-home-");
            kubeconfig = Files.createDirectories(home.resolve(".kube")).resolve("config");
            Files.writeString(kubeconfig, """
                    apiVersion: v1
                    kind: Config
                    clusters: [{name: local, cluster: {server: "http://127.0.0.1:PORT"}}]
                    users: [{name: local, user: {token: ambient}}]
                    contexts: [{name: local, context: {cluster: local, user: local}}]
                    current-context: local
                    """.replace("PORT", Integer.toString(canary.port())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the variables that name it} */
    Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        variables.put("KUBECONFIG", kubeconfig.toString());
        variables.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
        variables.put("KUBERNETES_SERVICE_PORT", Integer.toString(canary.port()));
        variables.put("HELM_KUBEAPISERVER", "http://127.0.0.1:" + canary.port());
        variables.put("HELM_KUBECONTEXT", "local");
        variables.put("HELM_KUBETOKEN", "ambient");
        variables.put("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "true");
        variables.put("HELM_NAMESPACE", "ambient");
        variables.put("HELM_DRIVER", "memory");
        return variables;
    }

    /** {@return a home whose own kubeconfig names it, too} */
    String home() {
        return home.toString();
    }

    /** {@return where that server listens, on this machine} */
    int port() {
        return canary.port();
    }

    /** {@return how many connections it got} */
    int calls() {
        return canary.calls();
    }

    @Override
    public void close() {
        try {
            canary.close();
            Checkout.deleteTree(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
