package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.FakeTime;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What runs on a cluster")
class ClusterWorkloadsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Namespace DEV = new Namespace("dev");
    private static final String APPS = "GET /apis/apps/v1/namespaces/dev/";
    private static final Manifest ONE = Manifests.parse("""
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: ml},
         spec: {replicas: 1, selector: {matchLabels: {app: ml}}}}""");

    @TempDir
    private Path folder;

    private final FakeTime clock = new FakeTime();
    private FakeApiServer server;
    private KubeClients clients;
    private Connection connection;
    private ClusterWorkloads workloads;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer(FakeApiServer.Identity.local(folder));
        clients = new KubeClients(new NoPause(), clock);
        connection = server.connection(folder, "{}");
        workloads = new ClusterWorkloads(clients);
    }

    @AfterEach
    void stop() {
        clients.close();
        server.close();
    }

    @Test
    @DisplayName("a namespace that is being deleted is not there to be used, and what it waits for is said")
    void namespaceEnding() {
        server.answers("GET /api/v1/namespaces/dev", 200, """
                {"metadata": {"name": "dev"}, "status": {"phase": "Terminating", "conditions": [
                  {"type": "NamespaceDeletionContentFailure", "status": "False", "message": "All content deleted"},
                  {"type": "NamespaceFinalizersRemaining", "status": "True",
                   "message": "Some content in the namespace has finalizers remaining: acme/stay in 1 resource instances"}]}}
                """);

        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> workloads.exists(connection, DEV));

        assertThat(failure.code()).isEqualTo(FailureCode.NAMESPACE_ENDING);
        assertThat(failure.what())
                .isEqualTo("Namespace dev is being deleted: Some content in the namespace has finalizers remaining:"
                        + " acme/stay in 1 resource instances");
    }

    @Nested
    @DisplayName("A rollout")
    class Rollout {
        @Test
        @DisplayName("is complete at once where nothing is rolled out")
        void nothing() {
            assertThat(workloads.rollout(
                            connection, DEV, Manifests.parse("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}")))
                    .isEqualTo(new RolloutState.Complete(List.of()));
        }

        @Test
        @DisplayName("has begun while the cluster does not show the workload yet")
        void notThere() {
            assertThat(workloads.rollout(connection, DEV, ONE))
                    .isEqualTo(progressing(new RolloutState.Count("Deployment/ml", 1, 0, 0, "not there yet")));
        }

        @Test
        @DisplayName("is complete when the Deployment's newest spec is seen and every replica is new and available")
        void complete() {
            server.answers(
                    APPS + "deployments/ml", 200, deployment(3, 3, 2, 2, 2, 2).toString());

            assertThat(workloads.rollout(connection, DEV, ONE))
                    .isEqualTo(
                            new RolloutState.Complete(List.of(new RolloutState.Count("Deployment/ml", 2, 2, 2, ""))));
        }

        @Test
        @DisplayName("counts nothing of the old revision while the new spec is not seen: its trouble is not ours")
        void unseen() {
            server.answers(
                    APPS + "deployments/ml", 200, deployment(3, 2, 2, 2, 2, 2).toString());

            assertThat(workloads.rollout(connection, DEV, ONE))
                    .isEqualTo(progressing(new RolloutState.Count("Deployment/ml", 2, 0, 0, "")));
            assertThat(server.lines()).hasSize(1);
        }

        @Test
        @DisplayName("counts the ready pods of the newest ReplicaSet alone")
        void newest() {
            server.answers(
                    APPS + "deployments/ml", 200, deployment(3, 3, 3, 1, 3, 3).toString());
            pods(pod("ready", "old"), pod("ready", "old"), pod("not-ready", "new"));

            assertThat(workloads.rollout(connection, DEV, ONE))
                    .isEqualTo(new RolloutState.Progressing(
                            List.of(new RolloutState.Count("Deployment/ml", 3, 1, 0, "model loading after 2 restarts")),
                            List.of(new RolloutState.Waiting("not-ready", RolloutState.Phase.STARTING))));
        }

        @Test
        @DisplayName("says what each of its pods is at")
        void details() {
            server.answers(
                    APPS + "deployments/ml", 200, deployment(3, 3, 3, 3, 1, 1).toString());
            pods(pod("ready", "new"), pod("not-ready", "new"), pod("unschedulable", "new"));

            assertThat(workloads.rollout(connection, DEV, ONE).counts().get(0).detail())
                    .isEqualTo(
                            "scheduled 2/3 (0/1 nodes are available: 1 Insufficient cpu), 1 model loading after 2 restarts");
        }

        @Test
        @DisplayName("waits for the last old pods")
        void oldOnes() {
            server.answers(
                    APPS + "deployments/ml", 200, deployment(3, 3, 2, 1, 2, 2).toString());
            ObjectNode surplus = deployment(3, 3, 1, 1, 2, 2);
            server.answers(APPS + "deployments/ml", 200, surplus.toString());
            pods(pod("ready", "new"), pod("ready", "old"));
            workloads.rollout(connection, DEV, ONE);

            assertThat(workloads.rollout(connection, DEV, ONE).counts().get(0).detail())
                    .isEqualTo("the last old pods are stopping");
        }

        @Test
        @DisplayName("is stalled at once by an image that the registry does not have")
        void noImage() {
            server.answers(
                    APPS + "deployments/ml", 200, deployment(3, 3, 1, 1, 0, 0).toString());
            pods(pod("not-found", "new"));

            RolloutState state = workloads.rollout(connection, DEV, ONE);

            assertThat(stalled(state).reason()).contains("cannot get its image").endsWith("not found");
            assertThat(state.counts().get(0).detail()).isEqualTo("cannot get its image");
        }

        @Test
        @DisplayName("is not stalled by the old revision's crashes")
        void oldTrouble() {
            server.answers(
                    APPS + "deployments/ml", 200, deployment(3, 3, 1, 1, 0, 0).toString());
            pods(pod("crash", "old"), pod("not-started", "new"));

            assertThat(workloads.rollout(connection, DEV, ONE)).isInstanceOf(RolloutState.Progressing.class);
        }

        @Test
        @DisplayName("is stalled by a registry that is away, but only when it stays away")
        void noRegistry() {
            server.answers(
                    APPS + "deployments/ml", 200, deployment(3, 3, 1, 1, 0, 0).toString());
            pods(pod("no-registry", "new"));

            assertThat(workloads.rollout(connection, DEV, ONE)).isInstanceOf(RolloutState.Progressing.class);
            clock.forward(Duration.ofSeconds(39));
            assertThat(workloads.rollout(connection, DEV, ONE)).isInstanceOf(RolloutState.Progressing.class);
            clock.forward(Duration.ofSeconds(1));
            assertThat(stalled(workloads.rollout(connection, DEV, ONE)).reason())
                    .endsWith("connection refused");
        }

        @Test
        @DisplayName("forgets trouble that has passed")
        void passed() {
            server.answers(
                    APPS + "deployments/ml", 200, deployment(3, 3, 1, 1, 0, 0).toString());
            String path = "GET /api/v1/namespaces/dev/pods";
            server.answers(path, 200, items(pod("no-registry", "new")))
                    .answers(path, 200, items(pod("not-started", "new")))
                    .answers(path, 200, items(pod("no-registry", "new")));
            replicaSets();

            for (int i = 0; i < 3; i++) {
                assertThat(workloads.rollout(connection, DEV, ONE)).isInstanceOf(RolloutState.Progressing.class);
                clock.forward(Duration.ofSeconds(50));
            }
        }

        @Test
        @DisplayName("is stalled by a quota that leaves no room, in the API server's words")
        void quota() {
            server.answers(APPS + "deployments/ml", 200, Fixtures.text("workloads/deployment-quota"));
            pods();

            assertThat(workloads.rollout(connection, DEV, ONE).counts().get(0).detail())
                    .isEqualTo("cannot create its pods");
            clock.forward(Duration.ofSeconds(15));
            assertThat(stalled(workloads.rollout(connection, DEV, ONE)).reason())
                    .contains("exceeded quota: q");
        }
    }

    @Nested
    @DisplayName("A namespace")
    class Namespaces {
        @Test
        @DisplayName("is there or not")
        void exists() {
            server.answers("GET /api/v1/namespaces/dev", 200, "{}");

            assertThat(workloads.exists(connection, DEV)).isTrue();
            assertThat(workloads.exists(connection, new Namespace("other"))).isFalse();
        }

        @Test
        @DisplayName("is created with the name of who manages it")
        void created() {
            server.answers("POST /api/v1/namespaces", 201, "{}");

            workloads.create(connection, DEV);

            JsonNode sent = Fixtures.parse(server.received().get(0).body());
            assertThat(sent.at("/metadata/name").asText()).isEqualTo("dev");
            assertThat(sent.at("/metadata/labels/app.kubernetes.io~1managed-by").asText())
                    .isEqualTo("gke-maven-plugin");
        }

        @Test
        @DisplayName("may be there already")
        void thereAlready() {
            server.answers("POST /api/v1/namespaces", 409, FakeApiServer.status("AlreadyExists", "dev"));
            server.answers("GET /api/v1/namespaces/dev", 200, "{\"status\":{\"phase\":\"Active\"}}");

            assertThatCode(() -> workloads.create(connection, DEV)).doesNotThrowAnyException();
        }

        @Test
        @DisplayName("that is being deleted is none")
        void ending() {
            server.answers("POST /api/v1/namespaces", 409, FakeApiServer.status("AlreadyExists", "dev"));
            server.answers("GET /api/v1/namespaces/dev", 200, "{\"status\":{\"phase\":\"Terminating\"}}");

            DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> workloads.create(connection, DEV));

            assertThat(failure.code()).isEqualTo(FailureCode.NAMESPACE_MISSING);
            assertThat(failure.what()).isEqualTo("The namespace dev is being deleted");
        }
    }

    @Test
    @DisplayName("What remains of a release: objects of any kind, pods too, but not what Helm keeps on purpose")
    void remaining() {
        server.answers("GET /api/v1", 200, """
            {"resources":[{"name":"configmaps","kind":"ConfigMap","namespaced":true}]}""");
        server.answers("GET /apis/apps/v1", 200, """
            {"resources":[{"name":"deployments/scale","kind":"Deployment","namespaced":true},
                          {"name":"deployments","kind":"Deployment","namespaced":true}]}""");
        server.answers("GET /apis/rbac.authorization.k8s.io/v1", 200, """
            {"resources":[{"name":"clusterroles","kind":"ClusterRole","namespaced":false}]}""");
        server.answers("GET /api/v1/namespaces/dev/configmaps/a", 200, "{}");
        server.answers("GET /api/v1/namespaces/else/configmaps/b", 200, "{}");
        server.answers("GET /apis/rbac.authorization.k8s.io/v1/clusterroles/r", 200, "{}");
        server.answers("GET /api/v1/namespaces/dev/pods", 200, "{\"items\":[{},{}]}");

        int remaining = workloads.remaining(connection, DEV, Manifests.parse("""
            {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: else}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: gone}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {helm.sh/resource-policy: keep}}}
            ---
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}}
            ---
            {apiVersion: example.com/v1, kind: OfARemovedDefinition, metadata: {name: x}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: ml}, spec: {selector: {matchLabels: {app: ml}}}}
            """));

        assertThat(remaining).isEqualTo(5);
        assertThat(server.lines().stream().filter("GET /api/v1"::equals)).hasSize(1);
    }

    private static RolloutState progressing(RolloutState.Count count) {
        return new RolloutState.Progressing(List.of(count));
    }

    private static RolloutState.Stalled stalled(RolloutState state) {
        assertThat(state).isInstanceOf(RolloutState.Stalled.class);
        return (RolloutState.Stalled) state;
    }

    private static ObjectNode deployment(
            int generation, int observed, int replicas, int updated, int ready, int available) {
        ObjectNode deployment = JSON.createObjectNode();
        deployment
                .putObject("metadata")
                .put("name", "ml")
                .put("uid", "deployment")
                .put("generation", generation);
        ObjectNode spec = deployment.putObject("spec").put("replicas", replicas);
        spec.putObject("selector").putObject("matchLabels").put("app", "ml");
        deployment
                .putObject("status")
                .put("observedGeneration", observed)
                .put("replicas", Math.max(updated, ready))
                .put("updatedReplicas", updated)
                .put("readyReplicas", ready)
                .put("availableReplicas", available);
        return deployment;
    }

    private void replicaSets() {
        // By revision, not by name or age: a rollback makes an old ReplicaSet the newest again.
        server.answers(APPS + "replicasets", 200, items(set("old", "9"), set("new", "10"), set("older", "2")));
    }

    private void pods(JsonNode... pods) {
        replicaSets();
        server.answers("GET /api/v1/namespaces/dev/pods", 200, items(pods));
    }

    private static JsonNode set(String uid, String revision) {
        ObjectNode set = JSON.createObjectNode();
        ObjectNode metadata = set.putObject("metadata").put("uid", uid);
        metadata.putObject("annotations").put("deployment.kubernetes.io/revision", revision);
        metadata.putArray("ownerReferences").addObject().put("uid", "deployment");
        return set;
    }

    private static JsonNode pod(String fixture, String owner) {
        ObjectNode pod = Fixtures.json("pods/" + fixture).deepCopy();
        ((ObjectNode) pod.path("metadata"))
                .putArray("ownerReferences")
                .addObject()
                .put("uid", owner);
        return pod;
    }

    private static String items(JsonNode... items) {
        ObjectNode list = JSON.createObjectNode();
        ArrayNode array = list.putArray("items");
        for (JsonNode item : items) {
            array.add(item);
        }
        return list.toString();
    }
}
