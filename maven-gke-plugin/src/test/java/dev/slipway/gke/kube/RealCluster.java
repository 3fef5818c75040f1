package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.yaml.Manifests;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** A cluster for tests to change, by client-java's own way in, so that the code under test has no hand in it. */
final class RealCluster {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ApiClient client;

    RealCluster(Path kubeconfig, String context) throws IOException {
        try (Reader reader = Files.newBufferedReader(kubeconfig)) {
            KubeConfig config = KubeConfig.loadKubeConfig(reader);
            config.setFile(kubeconfig.toFile());
            config.setContext(context);
            client = ClientBuilder.kubeconfig(config).build();
        }
    }

    /** Makes the objects of the text, and {@return them as a release's manifest} */
    Manifest create(Namespace namespace, String yaml) throws IOException {
        Manifest manifest = Manifests.parse(yaml);
        for (KubeObject object : manifest.objects()) {
            send("POST", collection(namespace, object), "application/json", JSON.writeValueAsString(object.body()));
        }
        return manifest;
    }

    void patch(Namespace namespace, String kind, String name, String merge) throws IOException {
        KubeObject object = new KubeObject("apps/v1", kind, name, Map.of());
        send("PATCH", collection(namespace, object) + "/" + name, "application/merge-patch+json", merge);
    }

    /** Takes away the finalizers of an object, such as {@code configmaps/NAME}. */
    void letGo(Namespace namespace, String object) throws IOException {
        send(
                "PATCH",
                "/api/v1/namespaces/" + namespace + "/" + object,
                "application/merge-patch+json",
                "{\"metadata\":{\"finalizers\":null}}");
    }

    void delete(Namespace namespace, Manifest manifest) throws IOException {
        for (KubeObject object : manifest.objects()) {
            send("DELETE", collection(namespace, object) + "/" + object.name(), "application/json", "{}");
        }
    }

    void label(Namespace namespace, String label, String value) throws IOException {
        send(
                "PATCH",
                "/api/v1/namespaces/" + namespace,
                "application/merge-patch+json",
                "{\"metadata\":{\"labels\":{\"" + label + "\":\"" + value + "\"}}}");
    }

    void deleteNamespace(Namespace namespace) throws IOException {
        send("DELETE", "/api/v1/namespaces/" + namespace, "application/json", "{}");
    }

    /** {@return a token of the namespace's service account `default`, who may do nothing} */
    String powerlessToken(Namespace namespace) throws IOException {
        return send(
                        "POST",
                        "/api/v1/namespaces/" + namespace + "/serviceaccounts/default/token",
                        "application/json",
                        "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}")
                .at("/status/token")
                .asText();
    }

    /** {@return the address of the first node in the cluster's network} */
    String node() throws IOException {
        JsonNode addresses = get("/api/v1/nodes").at("/items/0/status/addresses");
        for (JsonNode address : addresses) {
            if (address.path("type").asText().equals("InternalIP")) {
                return address.path("address").asText();
            }
        }
        throw new IOException("the node has no address");
    }

    JsonNode get(String path) throws IOException {
        try (Response response = client.getHttpClient()
                .newCall(new Request.Builder().url(client.getBasePath() + path).build())
                .execute()) {
            return read(path, response);
        }
    }

    private JsonNode send(String method, String path, String type, String body) throws IOException {
        RequestBody content = RequestBody.create(body.getBytes(StandardCharsets.UTF_8), MediaType.get(type));
        Request request = new Request.Builder()
                .url(client.getBasePath() + path)
                .method(method, content)
                .build();
        try (Response response = client.getHttpClient().newCall(request).execute()) {
            return read(method + " " + path, response);
        }
    }

    private static JsonNode read(String doing, Response response) throws IOException {
        String body = response.body().string();
        if (!response.isSuccessful()) {
            throw new IOException(doing + ": " + response.code() + " " + body);
        }
        return JSON.readTree(body);
    }

    private static String collection(Namespace namespace, KubeObject object) {
        String plural = object.kind().toLowerCase(Locale.ROOT);
        return (object.apiVersion().contains("/") ? "/apis/" : "/api/") + object.apiVersion() + "/namespaces/"
                + namespace + "/" + plural + (plural.endsWith("s") ? "" : "s");
    }
}
