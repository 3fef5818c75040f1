package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.fake.FakeTime;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.RolloutState.Cause;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What was complete, looked at once more,")
class SettlingTest {
    private static final Namespace DEV = new Namespace("dev");
    private static final Manifest GOOD = Manifests.parse("""
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: good},
         spec: {replicas: 1, selector: {matchLabels: {app: good}},
                template: {spec: {containers: [{name: app, readinessProbe: {}}]}}}}""");
    /** It ran at the time of the fixture, and had been started twice before. */
    private static final String RUNS = "{\"running\": {\"startedAt\": \"2026-11-23T08:38:47Z\"}}";

    private static final String ENDED =
            "{\"terminated\": {\"exitCode\": 3, \"reason\": \"Error\", \"message\": \"no model\"}}";

    @TempDir
    private Path folder;

    private final FakeTime clock = new FakeTime();
    private FakeApiServer server;
    private KubeClients clients;
    private Connection connection;
    private ClusterWorkloads workloads;
    private String shown = items();

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer(FakeApiServer.Identity.local(folder));
        clients = new KubeClients(new NoPause(), clock);
        connection = server.connection(folder, "{}");
        workloads = new ClusterWorkloads(clients);
        server.behaves("/api/v1/namespaces/dev/pods", received -> new FakeApiServer.Given(200, shown, Map.of()));
        server.answers("GET /apis/apps/v1/namespaces/dev/replicasets", 200, """
            {"items": [{"metadata": {"uid": "d6df5c5d-8f30-40a6-9fef-522a41f8092c",
              "annotations": {"deployment.kubernetes.io/revision": "1"}, "ownerReferences": [{"uid": "d"}]}}]}""");
    }

    @AfterEach
    void stop() {
        clients.close();
        server.close();
    }

    @Test
    @DisplayName("takes one request and still is, though its container was started again before it was ready")
    void stays() {
        rollout(0, pod(1, ENDED, "{}", false));
        rollout(1, "");
        shown = items(pod(2, RUNS, ENDED, true));
        int before = server.lines().size();

        RolloutState state = settled();

        assertThat(state).isInstanceOf(RolloutState.Complete.class);
        assertThat(state.counts()).singleElement().hasToString("Deployment/good 1/1 ready");
        assertThat(server.lines()).hasSize(before + 1);
    }

    @Test
    @DisplayName("has crashed if a container is down now, and the crash is told with its exit code")
    void down() {
        rollout(1, "");
        shown = items(pod(2, ENDED, "{}", false));

        assertThat(settled()).isInstanceOfSatisfying(RolloutState.Stalled.class, stalled -> {
            assertThat(stalled.cause()).isEqualTo(Cause.CRASH_LOOP);
            assertThat(stalled.reason())
                    .isEqualTo(
                            "Container app of pod good-657d9b4f86-dgcf9 was up, and has ended since with exit code 3:"
                                    + " no model");
        });
    }

    @Test
    @DisplayName("has crashed if a container waits to be started again")
    void backOff() {
        rollout(1, "");
        shown = items(pod(2, "{\"waiting\": {\"reason\": \"CrashLoopBackOff\"}}", ENDED, false));

        assertThat(settled()).isInstanceOf(RolloutState.Stalled.class);
    }

    @Test
    @DisplayName("has crashed if a container was started again since, though it is ready")
    void startedAgain() {
        rollout(0, pod(0, RUNS, "{}", false));
        rollout(1, "");
        shown = items(pod(1, RUNS, "{\"terminated\": {\"exitCode\": 137, \"reason\": \"OOMKilled\"}}", true));

        assertThat(settled()).isInstanceOfSatisfying(RolloutState.Stalled.class, stalled -> {
            assertThat(stalled.cause()).isEqualTo(Cause.OUT_OF_MEMORY);
            assertThat(stalled.reason()).contains("with exit code 137 (OOMKilled");
        });
    }

    @Test
    @DisplayName("counts restarts from the first look where nobody saw it come up, or not for a while")
    void unseen() {
        rollout(0, pod(0, RUNS, "{}", false));
        clock.forward(Duration.ofSeconds(30));
        rollout(1, "");
        shown = items(pod(2, RUNS, ENDED, true));
        assertThat(settled()).isInstanceOf(RolloutState.Complete.class);

        shown = items(pod(3, RUNS, ENDED, true));
        assertThat(settled()).isInstanceOf(RolloutState.Stalled.class);
    }

    @Test
    @DisplayName("is not any more if fewer replicas are ready, or none is left")
    void notReady() {
        rollout(1, "");
        shown = items(pod(2, RUNS, "{}", false));
        RolloutState state = settled();
        assertThat(state).isInstanceOf(RolloutState.Progressing.class);
        assertThat(state.counts()).singleElement().hasToString("Deployment/good 0/1 ready");

        shown = items();
        assertThat(settled()).isInstanceOf(RolloutState.Progressing.class);
    }

    @Test
    @DisplayName("has nothing to do with pods that only have the same labels, or are on their way out")
    void others() {
        rollout(1, "");
        ObjectNode stranger = (ObjectNode) Fixtures.parse(pod(0, ENDED, "{}", false));
        ((ObjectNode) stranger.at("/metadata/ownerReferences/0")).put("kind", "Job");
        ObjectNode leaving = (ObjectNode) Fixtures.parse(pod(0, ENDED, "{}", false));
        ((ObjectNode) leaving.path("metadata")).put("deletionTimestamp", "2026-11-23T08:39:00Z");
        shown = items(pod(2, RUNS, "{}", true), stranger.toString(), leaving.toString());

        assertThat(settled()).isInstanceOf(RolloutState.Complete.class);
    }

    private RolloutState settled() {
        return workloads.settled(connection, DEV, GOOD);
    }

    /** One look at the rollout, which sees so many replicas ready, and the pod. */
    private void rollout(int ready, String pod) {
        server.behaves(
                "/apis/apps/v1/namespaces/dev/deployments/good",
                received -> new FakeApiServer.Given(200, """
                {"metadata": {"name": "good", "uid": "d", "generation": 1},
                 "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "good"}}, "template": {"spec": {"containers": [
                   {"name": "app", "readinessProbe": {}}]}}},
                 "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": %d,
                   "availableReplicas": %d}}""".formatted(ready, ready), Map.of()));
        if (!pod.isEmpty()) {
            shown = items(pod);
        }
        workloads.rollout(connection, DEV, GOOD);
    }

    private static String pod(int restarts, String state, String last, boolean ready) {
        ObjectNode pod = Fixtures.json("pods/ready").deepCopy();
        ObjectNode container = (ObjectNode) pod.at("/status/containerStatuses/0");
        container.put("restartCount", restarts).put("ready", ready);
        container.set("state", Fixtures.parse(state));
        container.set("lastState", Fixtures.parse(last));
        pod.at("/status/conditions").forEach(condition -> {
            if (condition.path("type").asText().equals("Ready")) {
                ((ObjectNode) condition).put("status", ready ? "True" : "False");
            }
        });
        return pod.toString();
    }

    private static String items(String... pods) {
        return "{\"items\": [" + String.join(",", pods) + "]}";
    }
}
