package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleaseStatus;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What serves")
class ServingPodsTest {
    private static final Namespace DEV = new Namespace("dev");

    @TempDir
    private Path folder;

    private FakeApiServer server;
    private KubeClients clients;
    private Connection connection;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer(FakeApiServer.Identity.local(folder));
        clients = new KubeClients(new NoPause(), Clock.systemUTC());
        connection = server.connection(folder, "{}");
    }

    @AfterEach
    void stop() {
        clients.close();
        server.close();
    }

    @Test
    @DisplayName("is told by the images of the pods that are ready; those on their way in or out do not count")
    void byImage() {
        pods(pod("shop:2", "a", true), pod("shop:2", "a", false), leaving(pod("shop:1", "a", true)));

        assertThat(serving(revision(2, "shop:2", "a"), revision(1, "shop:1", "a")))
                .isEqualTo(Map.of(2, 1));
        assertThat(server.lines().get(0))
                .startsWith("GET /api/v1/namespaces/dev/pods")
                .contains("labelSelector=app%3Dshop");
    }

    @Test
    @DisplayName("is told by the configuration's checksum where the image is the same")
    void byChecksum() {
        pods(pod("shop:1", "a", true), pod("shop:1", "b", true), pod("shop:1", "b", true));

        assertThat(serving(revision(2, "shop:1", "b"), revision(1, "shop:1", "a")))
                .isEqualTo(Map.of(2, 2, 1, 1));
    }

    @Test
    @DisplayName("is the newest revision where two are the same")
    void newest() {
        pods(pod("shop:1", "a", true));

        assertThat(serving(revision(3, "shop:1", "a"), revision(2, "shop:2", "a"), revision(1, "shop:1", "a")))
                .isEqualTo(Map.of(3, 1));
    }

    @Test
    @DisplayName("is the same with what admission adds: a sidecar, a variable behind ours, an annotation")
    void admission() {
        pods("""
                {"metadata": {"annotations": {"checksum": "a", "injected": "yes"}},
                 "spec": {"containers": [
                    {"name": "mesh", "image": "mesh:1"},
                    {"name": "app", "image": "shop:1", "env": [{"name": "MODE", "value": "fast"}, {"name": "MESH"}]}]},
                 "status": {"conditions": [{"type": "Ready", "status": "True"}]}}""");

        assertThat(serving(revision(1, "shop:1", "a"))).isEqualTo(Map.of(1, 1));
    }

    @Test
    @DisplayName("is something else if no revision that is known made it")
    void somethingElse() {
        pods(pod("stranger:1", "a", true));

        assertThat(serving(revision(1, "shop:1", "a"))).isEqualTo(Map.of(0, 1));
    }

    @Test
    @DisplayName("is nothing where no pod is ready")
    void nothing() {
        pods(pod("shop:1", "a", false));

        assertThat(new ServingPods(clients).now(connection, DEV, List.of(revision(1, "shop:1", "a"))))
                .hasToString("nothing serves now: no pod is ready");
    }

    private Map<Integer, Integer> serving(Release... revisions) {
        return new ServingPods(clients).now(connection, DEV, List.of(revisions)).pods();
    }

    private void pods(String... pods) {
        server.answers("GET /api/v1/namespaces/dev/pods", 200, "{\"items\":[" + String.join(",", pods) + "]}");
    }

    private static String pod(String image, String checksum, boolean ready) {
        return """
                {"metadata": {"annotations": {"checksum": "%s"}},
                 "spec": {"containers": [{"name": "app", "image": "%s", "env": [{"name": "MODE", "value": "fast"}]}]},
                 "status": {"conditions": [{"type": "Ready", "status": "%s"}]}}""".formatted(checksum, image, ready ? "True" : "False");
    }

    private static String leaving(String pod) {
        return pod.replace("{\"metadata\": {", "{\"metadata\": {\"deletionTimestamp\": \"2026-11-23T08:00:00Z\", ");
    }

    private static Release revision(int number, String image, String checksum) {
        Manifest manifest = Manifests.parse("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop}
                spec:
                  selector: {matchLabels: {app: shop}}
                  template:
                    metadata: {annotations: {checksum: "%s"}}
                    spec: {containers: [{name: app, image: "%s", env: [{name: MODE, value: fast}]}]}
                """.formatted(checksum, image));
        return new Release(
                new ReleaseName("shop"),
                DEV,
                number,
                ReleaseStatus.DEPLOYED,
                new ChartId("shop", "1.0.0"),
                manifest,
                new Manifest(List.of()),
                Instant.EPOCH,
                "");
    }
}
