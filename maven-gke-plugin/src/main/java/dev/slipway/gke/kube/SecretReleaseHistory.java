package dev.slipway.gke.kube;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Blueprint;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Reads and mends Helm's own record of a release: one Secret for each revision, in which Helm 3 and 4 put base64 of gzip of JSON (Helm,
 * {@code pkg/storage/driver}).
 */
public final class SecretReleaseHistory implements ReleaseHistory {
    /** More than a Secret can hold by far, and little enough to be read. */
    private static final int LONGEST = 64 << 20;

    /** Numbers are kept digit by digit: what is written back is what Helm wrote, but for what was changed. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

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

    @Override
    public void markFailed(Connection connection, Release pending, String why) {
        restate(connection, pending, pending.status(), "failed", Optional.of(why));
    }

    @Override
    public void settle(Connection connection, Namespace namespace, ReleaseName release) {
        List<Release> revisions = revisions(connection, namespace, release);
        if (revisions.isEmpty() || revisions.get(0).status() != ReleaseStatus.FAILED) {
            return;
        }
        for (Release older : revisions) {
            if (older.status() == ReleaseStatus.DEPLOYED) {
                restate(connection, older, ReleaseStatus.DEPLOYED, "superseded", Optional.empty());
            }
        }
    }

    @Override
    public void prune(Connection connection, Namespace namespace, ReleaseName release, int keep) {
        KubeApi api = clients.of(connection);
        String all = "/api/v1/namespaces/" + namespace + "/secrets";
        List<JsonNode> newestFirst = api.names(all, "owner=helm,name=" + release).stream()
                .sorted(Comparator.comparingInt(
                                (JsonNode secret) -> label(secret, "version").asInt())
                        .reversed())
                .toList();
        boolean deployed = false;
        for (int i = 0; i < newestFirst.size(); i++) {
            ReleaseStatus status =
                    ReleaseStatus.of(label(newestFirst.get(i), "status").asText());
            boolean kept = i < Math.max(1, keep)
                    || status.pending()
                    || status == ReleaseStatus.UNKNOWN
                    || (status == ReleaseStatus.DEPLOYED && !deployed);
            deployed |= status == ReleaseStatus.DEPLOYED;
            if (!kept) {
                api.delete(all + "/"
                        + newestFirst.get(i).path("metadata").path("name").asText());
            }
        }
    }

    private static JsonNode label(JsonNode secret, String name) {
        return secret.path("metadata").path("labels").path(name);
    }

    /** Writes another status, in the label and in the record itself, as Helm does; if it is still the one that was read. */
    private void restate(
            Connection connection, Release release, ReleaseStatus from, String to, Optional<String> description) {
        KubeApi api = clients.of(connection);
        String path = "/api/v1/namespaces/" + release.namespace() + "/secrets/sh.helm.release.v1." + release.name()
                + ".v" + release.revision();
        Optional<JsonNode> secret = api.find(path);
        if (secret.isEmpty() || !restated(secret.get(), from, to, description, connection, release)) {
            throw moved(connection, release);
        }
        if (api.replace(path, secret.get()).isEmpty()) {
            throw moved(connection, release);
        }
    }

    private boolean restated(
            JsonNode secret,
            ReleaseStatus from,
            String to,
            Optional<String> description,
            Connection connection,
            Release release) {
        try {
            JsonNode json = decode(secret.path("data").path("release").asText());
            if (ReleaseStatus.of(json.path("info").path("status").asText()) != from
                    || !(json.path("info") instanceof ObjectNode info)
                    || !(secret.path("metadata").path("labels") instanceof ObjectNode labels)
                    || !(secret.path("data") instanceof ObjectNode data)) {
                return false;
            }
            info.put("status", to);
            description.ifPresent(text -> info.put("description", text));
            labels.put("status", to);
            labels.put("modifiedAt", Long.toString(clients.clock().instant().getEpochSecond()));
            data.put("release", encode(json));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(secret, connection, release.namespace(), release.name(), e);
        }
    }

    private static DeployFailure moved(Connection connection, Release release) {
        return new DeployFailure(
                FailureCode.RELEASE_BUSY,
                "Somebody has changed revision " + release.revision() + " of " + release.name()
                        + " meanwhile, so it is not touched",
                "namespace " + release.namespace() + " on " + connection.cluster(),
                "mvn gke:status shows how it stands; run the same command again");
    }

    private static Release read(JsonNode secret, Connection connection, Namespace namespace, ReleaseName release) {
        try {
            return release(decode(secret.path("data").path("release").asText()), secret, namespace, release);
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw unreadable(secret, connection, namespace, release, e);
        }
    }

    private static DeployFailure unreadable(
            JsonNode secret, Connection connection, Namespace namespace, ReleaseName release, Exception cause) {
        // Not the exception itself: it may quote the values that the release was made with.
        return new DeployFailure(
                FailureCode.RELEASE_REFUSED,
                "Helm's record of a revision of " + release + " cannot be read: "
                        + cause.getClass().getSimpleName(),
                "Secret " + namespace + "/"
                        + secret.path("metadata").path("name").asText() + " on " + connection.cluster(),
                "See whether `helm history " + release + " -n " + namespace
                        + "` can read it; if it is broken and not the newest, delete that Secret");
    }

    static String encode(JsonNode release) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(JSON.writeValueAsBytes(release));
        }
        byte[] inner = Base64.getEncoder().encode(bytes.toByteArray());
        return Base64.getEncoder().encodeToString(inner);
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
        List<Blueprint.Hook> blueprints = new ArrayList<>();
        json.path("hooks").forEach(hook -> blueprints.add(hook(hook)));
        return new Release(
                release,
                namespace,
                json.path("version").asInt(),
                ReleaseStatus.of(info.path("status").asText()),
                new ChartId(chart.path("name").asText(), chart.path("version").asText()),
                Manifests.parse(json.path("manifest").asText()),
                new Manifest(hooks),
                deployedAt(info, secret),
                info.path("description").asText(),
                new Blueprint(
                        map(chart),
                        map(json.path("chart").path("values")),
                        map(json.path("config")),
                        json.path("manifest").asText(),
                        blueprints,
                        info.path("notes").asText()));
    }

    private static Blueprint.Hook hook(JsonNode hook) {
        List<String> events = new ArrayList<>();
        hook.path("events").forEach(event -> events.add(event.asText()));
        return new Blueprint.Hook(
                hook.path("kind").asText() + "/" + hook.path("name").asText(),
                hook.path("path").asText(),
                hook.path("manifest").asText(),
                events,
                hook.path("last_run").path("phase").asText());
    }

    private static Map<String, Object> map(JsonNode node) {
        return node.isObject() ? JSON.convertValue(node, new TypeReference<>() {}) : Map.of();
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
