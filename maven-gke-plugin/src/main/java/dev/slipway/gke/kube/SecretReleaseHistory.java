package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleaseStatus;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.yaml.Manifests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Reads Helm's own record of a release: one Secret for each revision, in which Helm 3 and 4 put base64 of gzip of JSON (Helm,
 * {@code pkg/storage/driver}).
 */
public final class SecretReleaseHistory implements ReleaseHistory {
    /** More than a Secret can hold by far, and little enough to be read. */
    private static final int LONGEST = 64 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubeClients clients;

    public SecretReleaseHistory(KubeClients clients) {
        this.clients = clients;
    }

    @Override
    public List<Release> revisions(Connection connection, Namespace namespace, ReleaseName release) {
        return clients
                .of(connection)
                .list("/api/v1/namespaces/" + namespace + "/secrets", "owner=helm,name=" + release)
                .stream()
                .map(secret -> read(secret, connection, namespace, release))
                .sorted(Comparator.comparingInt(Release::revision).reversed())
                .toList();
    }

    private static Release read(JsonNode secret, Connection connection, Namespace namespace, ReleaseName release) {
        String name = secret.path("metadata").path("name").asText();
        try {
            return release(decode(secret.path("data").path("release").asText()), secret, namespace, release);
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            // Not the exception itself: it may quote the values that the release was made with.
            throw new DeployFailure(
                    FailureCode.RELEASE_REFUSED,
                    "Helm's record of a revision of " + release + " cannot be read: "
                            + e.getClass().getSimpleName(),
                    "Secret " + namespace + "/" + name + " on " + connection.cluster(),
                    "See whether `helm history " + release + " -n " + namespace
                            + "` can read it; if it is broken and not the newest, delete that Secret");
        }
    }

    static JsonNode decode(String data) throws IOException {
        byte[] inner = Base64.getDecoder().decode(Base64.getDecoder().decode(data));
        // Helm too takes a record without the magic of gzip for plain JSON.
        boolean packed = inner.length > 2 && inner[0] == 0x1f && inner[1] == (byte) 0x8b && inner[2] == 0x08;
        try (InputStream plain =
                packed ? new GZIPInputStream(new ByteArrayInputStream(inner)) : new ByteArrayInputStream(inner)) {
            byte[] bytes = plain.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw new IOException("longer than any release");
            }
            JsonNode json = JSON.readTree(bytes);
            if (json == null || !json.isObject()) {
                throw new IOException("not a JSON object");
            }
            return json;
        }
    }

    private static Release release(JsonNode json, JsonNode secret, Namespace namespace, ReleaseName release) {
        JsonNode info = json.path("info");
        JsonNode chart = json.path("chart").path("metadata");
        List<KubeObject> hooks = new ArrayList<>();
        json.path("hooks")
                .forEach(hook -> hooks.addAll(
                        Manifests.parse(hook.path("manifest").asText()).objects()));
        return new Release(
                release,
                namespace,
                json.path("version").asInt(),
                ReleaseStatus.of(info.path("status").asText()),
                new ChartId(chart.path("name").asText(), chart.path("version").asText()),
                Manifests.parse(json.path("manifest").asText()),
                new Manifest(hooks),
                deployedAt(info, secret),
                info.path("description").asText());
    }

    private static Instant deployedAt(JsonNode info, JsonNode secret) {
        String time = info.path("last_deployed").asText();
        return OffsetDateTime.parse(
                        time.isEmpty()
                                ? secret.path("metadata")
                                        .path("creationTimestamp")
                                        .asText()
                                : time)
                .toInstant();
    }
}
