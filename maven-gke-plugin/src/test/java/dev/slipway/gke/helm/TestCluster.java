package dev.slipway.gke.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.yaml.Manifests;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.AuthenticationV1TokenRequest;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1TokenRequestSpec;
import io.kubernetes.client.util.Config;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A namespace of its own on the real cluster whose kubeconfig the system property {@value #PROPERTY} names. It reads what Helm
 * stored without Helm.
 */
final class TestCluster implements AutoCloseable {
    static final String PROPERTY = "helm.kubeconfig";
    static final String REASON = "needs a cluster: -Dhelm.kubeconfig=FILE, whose current context may do everything";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path kubeconfig;
    private final CoreV1Api api;
    final String namespace;

    private TestCluster(Path kubeconfig, CoreV1Api api, String namespace) {
        this.kubeconfig = kubeconfig;
        this.api = api;
        this.namespace = namespace;
    }

    static TestCluster open() throws IOException, ApiException {
        Path kubeconfig = Path.of(Objects.requireNonNull(System.getProperty(PROPERTY)));
        ApiClient client = Config.fromConfig(kubeconfig.toString());
        CoreV1Api api = new CoreV1Api(client);
        V1Namespace created = api.createNamespace(
                        new V1Namespace().metadata(new V1ObjectMeta().generateName("engine-contract-")))
                .execute();
        return new TestCluster(kubeconfig, api, created.getMetadata().getName());
    }

    Connection connection() {
        return new Connection("real", URI.create(api.getApiClient().getBasePath()), kubeconfig);
    }

    /** {@return the way of somebody whom the cluster knows and lets do nothing} */
    Connection powerless(Path folder) throws IOException, ApiException {
        api.createNamespacedServiceAccount(
                        namespace, new V1ServiceAccount().metadata(new V1ObjectMeta().name("powerless")))
                .execute();
        String token = api.createNamespacedServiceAccountToken(
                        "powerless",
                        namespace,
                        new AuthenticationV1TokenRequest().spec(new V1TokenRequestSpec().audiences(List.of())))
                .execute()
                .getStatus()
                .getToken();
        return as(folder.resolve("powerless"), token);
    }

    /** {@return the way of somebody with that token} */
    Connection as(Path file, String token) throws IOException {
        JsonNode config = JSON.valueToTree(Manifests.parseMap(Files.readString(kubeconfig)));
        Map<?, ?> cluster = JSON.convertValue(config.at("/clusters/0/cluster"), Map.class);
        Map<String, Object> other = Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Config",
                "current-context",
                "one",
                "contexts",
                List.of(Map.of("name", "one", "context", Map.of("cluster", "one", "user", "one"))),
                "clusters",
                List.of(Map.of("name", "one", "cluster", cluster)),
                "users",
                List.of(Map.of("name", "one", "user", Map.of("token", token))));
        Files.writeString(file, Manifests.toYaml(other));
        return new Connection("real", connection().server(), file);
    }

    /**
     * A revision as Helm stored it.
     *
     * @param json everything
     */
    record Stored(JsonNode json) {
        int revision() {
            return json.path("version").asInt();
        }

        String status() {
            return json.path("info").path("status").asText();
        }

        String description() {
            return json.path("info").path("description").asText();
        }

        String notes() {
            return json.path("info").path("notes").asText();
        }

        String values() {
            return json.path("config").toString();
        }

        String text() {
            return json.path("manifest").asText();
        }

        /** {@return the hooks without when they ran} */
        JsonNode hookTexts() {
            JsonNode hooks = json.path("hooks").deepCopy();
            hooks.forEach(hook -> ((ObjectNode) hook).remove("last_run"));
            return hooks;
        }

        Manifest manifest() {
            return Manifests.parse(json.path("manifest").asText());
        }

        Manifest hooks() {
            List<Manifest> hooks = new ArrayList<>();
            json.path("hooks")
                    .forEach(hook ->
                            hooks.add(Manifests.parse(hook.path("manifest").asText())));
            return new Manifest(
                    hooks.stream().flatMap(hook -> hook.objects().stream()).toList());
        }
    }

    /** {@return the revisions, the oldest first} */
    List<Stored> history() throws ApiException, IOException {
        List<Stored> history = new ArrayList<>();
        for (V1Secret secret : secrets()) {
            history.add(new Stored(decode(secret)));
        }
        history.sort(Comparator.comparingInt(Stored::revision));
        return history;
    }

    /** Makes the newest revision look as if its Helm had died in the middle. */
    void leavePending(String status) throws ApiException, IOException {
        V1Secret newest = secrets().stream()
                .max(Comparator.comparing(secret -> secret.getMetadata().getName()))
                .orElseThrow();
        JsonNode json = decode(newest);
        ((ObjectNode) json.path("info")).put("status", status);
        newest.getMetadata().putLabelsItem("status", status);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(JSON.writeValueAsBytes(json));
        }
        newest.putDataItem("release", Base64.getEncoder().encode(bytes.toByteArray()));
        api.replaceNamespacedSecret(newest.getMetadata().getName(), namespace, newest)
                .execute();
    }

    boolean hasConfigMap(String name) throws ApiException {
        return api.listNamespacedConfigMap(namespace).execute().getItems().stream()
                .anyMatch(map -> name.equals(map.getMetadata().getName()));
    }

    /** {@return the data of a config map; empty if there is none} */
    Map<String, String> configMap(String name) throws ApiException {
        return api.listNamespacedConfigMap(namespace).execute().getItems().stream()
                .filter(map -> name.equals(map.getMetadata().getName()))
                .findFirst()
                .map(V1ConfigMap::getData)
                .orElse(Map.of());
    }

    void deleteConfigMap(String name) throws ApiException {
        api.deleteNamespacedConfigMap(name, namespace).execute();
    }

    /** {@return how many bytes Helm stored of the newest revision} */
    int stored() throws ApiException {
        return Objects.requireNonNull(Objects.requireNonNull(newest().getData()).get("release")).length;
    }

    private V1Secret newest() throws ApiException {
        return secrets().stream()
                .max(Comparator.comparing(secret -> secret.getMetadata().getName()))
                .orElseThrow();
    }

    /** {@return the labels of Helm's record of a revision} */
    Map<String, String> labels(int revision) throws ApiException {
        return secrets().stream()
                .map(secret -> secret.getMetadata().getLabels())
                .filter(labels -> String.valueOf(revision).equals(labels.get("version")))
                .findFirst()
                .orElseThrow();
    }

    void createConfigMap(String name) throws ApiException {
        api.createNamespacedConfigMap(namespace, new V1ConfigMap().metadata(new V1ObjectMeta().name(name)))
                .execute();
    }

    private List<V1Secret> secrets() throws ApiException {
        return api.listNamespacedSecret(namespace)
                .labelSelector("owner=helm")
                .execute()
                .getItems();
    }

    private static JsonNode decode(V1Secret secret) throws IOException {
        byte[] inner = Base64.getDecoder().decode(new String(secret.getData().get("release"), StandardCharsets.UTF_8));
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(inner))) {
            return JSON.readTree(gzip);
        }
    }

    @Override
    public void close() throws ApiException {
        api.deleteNamespace(namespace).execute();
    }
}
