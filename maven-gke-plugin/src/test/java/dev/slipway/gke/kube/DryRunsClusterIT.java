package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.diff.Comparison;
import dev.slipway.gke.diff.PodTrials;
import dev.slipway.gke.diff.Risks;
import dev.slipway.gke.diff.Veil;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ObjectChange;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.model.Risk;
import dev.slipway.gke.model.TryOut;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** See {@link KubeClusterIT} for what it needs. */
@DisplayName("A dry run on a real cluster")
@EnabledIfSystemProperty(
        named = "cluster.kubeconfig",
        matches = ".+",
        disabledReason = "needs a cluster: -Dcluster.kubeconfig=FILE")
class DryRunsClusterIT {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final String WEB = """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8000}]}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: web}
        stringData: {key: canary-one}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 0
          strategy: {type: RollingUpdate}
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - name: app
                  image: "example.com/app:1"
                  env: [{name: A, value: "1"}]
                  ports: [{name: http, containerPort: 8000}]
                  resources: {limits: {cpu: "0.5", memory: 256Mi}}
              volumes: [{name: v, emptyDir: {}}]
        """;

    @TempDir
    private Path folder;

    private RealCluster cluster;
    private KubeconfigDoor door;
    private KubeClients clients;
    private Connection connection;
    private Namespace namespace;
    private DryRuns dryRuns;

    @BeforeEach
    void open() throws IOException {
        Path kubeconfig = Path.of(System.getProperty("cluster.kubeconfig", ""));
        String context = System.getProperty("cluster.context", "local");
        cluster = new RealCluster(kubeconfig, context);
        door = new KubeconfigDoor(folder.resolve("run"), CLOCK, (time, deadline) -> {}, Proxies.NONE);
        clients = new KubeClients((time, deadline) -> {}, CLOCK);
        connection = door.open(kubeconfig, context);
        dryRuns = new DryRuns(clients);
        namespace = new Namespace("planit-" + Long.toString(System.nanoTime(), 36));
        new ClusterWorkloads(clients).create(connection, namespace);
    }

    @AfterEach
    void close() throws IOException {
        cluster.deleteNamespace(namespace);
        clients.close();
        door.close();
    }

    @Test
    @DisplayName("says what would come of each object, and keeps nothing of it")
    void keepsNothing() throws IOException {
        Manifest before = cluster.create(namespace, WEB);
        String version = versions();
        Manifest after = Manifests.parse(WEB.replace("app:1", "app:2").replace("canary-one", "canary-two")
                + "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: comes}}");

        List<TryOut> tries = dryRuns.tryOut(connection, namespace, after, before);

        assertThat(tries)
                .map(tried -> tried.object().toString())
                .containsExactly("Service/web", "Secret/web", "Deployment/web", "ConfigMap/comes");
        assertThat(tries).allMatch(tried -> tried.result().isPresent());
        assertThat(comparison(before).changes(after, tries).toString())
                .contains("containers[app].image: example.com/app:1 -> example.com/app:2")
                .contains("data.key: (hidden) -> (hidden)")
                .contains("ADD, object=ConfigMap/comes")
                .doesNotContain("canary")
                .doesNotContain("Y2FuYXJ5");
        assertThat(versions()).isEqualTo(version);
        assertThat(dryRuns.tryOut(connection, namespace, after).get(3).live()).isEmpty();
    }

    @Test
    @DisplayName("of what was released last changes nothing, however quantities and defaults are written")
    void nothing() throws IOException {
        Manifest manifest = cluster.create(namespace, WEB);
        Comparison comparison = comparison(manifest);
        assertThat(comparison.drift()).isEmpty();
        assertThat(comparison.changes(manifest, dryRuns.tryOut(connection, namespace, manifest, manifest)))
                .isEmpty();
    }

    @Test
    @DisplayName("takes away what the release before had and this one has not")
    void takesAway() throws IOException {
        Manifest before = cluster.create(namespace, WEB);
        Manifest after = Manifests.parse(WEB.replace("port: 80,", "port: 8080,")
                .replace("emptyDir: {}", "configMap: {name: c}")
                .replace("type: RollingUpdate", "type: Recreate")
                .replace("value: \"1\"", "valueFrom: {fieldRef: {fieldPath: metadata.name}}")
                .replace("containerPort: 8000", "containerPort: 8001"));

        List<TryOut> tries = dryRuns.tryOut(connection, namespace, after, before);

        assertThat(tries).allMatch(tried -> tried.result().isPresent());
        assertThat(comparison(before).changes(after, tries).toString())
                .contains("spec.ports[80]")
                .contains("spec.ports[8080]")
                .contains("env[A].value: 1 -> (none)")
                .contains("spec.strategy.rollingUpdate.maxSurge: 25% -> (none)")
                .contains("volumes[v].configMap.name: (none) -> c");
    }

    @Test
    @DisplayName("shows what a hand has changed since, and whose")
    void drift() throws IOException {
        Manifest manifest = cluster.create(namespace, WEB);
        cluster.patch(namespace, "Deployment", "web", "{\"spec\":{\"replicas\":1,\"paused\":true}}");
        Manifest gone = Manifests.parse("{apiVersion: v1, kind: Service, metadata: {name: web}}");
        cluster.delete(namespace, gone);

        List<ObjectChange> drift = comparison(manifest).drift();

        assertThat(drift).map(ObjectChange::object).containsExactly("Service/web", "Deployment/web");
        assertThat(drift.get(0).type()).isEqualTo(ObjectChange.Type.REMOVE);
        assertThat(drift.get(1).fields()).hasToString("[spec.replicas: 0 -> 1]");
    }

    @Test
    @DisplayName("shows which field cannot be changed")
    void immutable() throws IOException {
        Manifest before = cluster.create(namespace, WEB);
        Manifest after = Manifests.parse(WEB.replace("app: web", "app: other"));
        TryOut tried = dryRuns.tryOut(connection, namespace, after, before).get(2);
        assertThat(tried.verdict()).isInstanceOfSatisfying(TryOut.Refused.class, refused -> {
            assertThat(Risks.immutable(refused)).isTrue();
            assertThat(refused.fields()).contains("spec.selector");
        });
    }

    @Test
    @DisplayName("shows what a quota and the schema refuse, and a kind that there is none of")
    void refusals() throws IOException {
        cluster.create(namespace, """
            {apiVersion: v1, kind: ResourceQuota, metadata: {name: few}, spec: {hard: {configmaps: "0", pods: "0"}}}""");
        eventually("resourcequotas/few");
        Manifest manifest = Manifests.parse("""
            {apiVersion: v1, kind: ConfigMap, metadata: {name: over}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: wrong}, spec: {replicas: -1}}
            ---
            {apiVersion: example.com/v1, kind: Gadget, metadata: {name: none}}
            ---
            {apiVersion: example.org/v1, kind: Brought, metadata: {name: some}}
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: broughts.example.org}
            spec:
              group: example.org
              scope: Namespaced
              names: {kind: Brought, plural: broughts, singular: brought, listKind: BroughtList}
              versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]""");

        List<TryOut> tries = dryRuns.tryOut(connection, namespace, manifest);

        assertThat(tries.get(0).verdict())
                .isInstanceOfSatisfying(
                        TryOut.Refused.class,
                        refused -> assertThat(refused.message()).contains("exceeded quota"));
        assertThat(tries.get(1).verdict())
                .isInstanceOfSatisfying(
                        TryOut.Refused.class,
                        refused -> assertThat(refused.fields()).contains("spec.replicas"));
        assertThat(tries.get(2).verdict()).isInstanceOf(TryOut.NoSuchKind.class);
        assertThat(tries.get(3).verdict()).isInstanceOf(TryOut.Unchecked.class);
        assertThat(tries.get(4).result()).isPresent();

        Manifest web = Manifests.parse(WEB.replace("replicas: 0", "replicas: 1"));
        PodTrials trials = new PodTrials(dryRuns.tryOut(connection, namespace, web));
        List<Risk> risks = trials.risks(dryRuns.tryOut(connection, namespace, trials.manifest()), Veil.empty());
        assertThat(risks).singleElement().satisfies(risk -> {
            assertThat(risk.object()).isEqualTo("Deployment/web");
            assertThat(risk.text()).contains("exceeded quota: few");
        });
    }

    @Test
    @DisplayName("in a namespace that is not there yet leaves open what comes")
    void noNamespace() {
        Manifest manifest = Manifests.parse("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
        assertThat(dryRuns.tryOut(connection, new Namespace(namespace + "-none"), manifest)
                        .get(0)
                        .verdict())
                .isInstanceOf(TryOut.Unchecked.class);
    }

    @Test
    @DisplayName("knows the cluster again, and its version")
    void identity() {
        assertThat(dryRuns.identity(connection, namespace)).matches("kube-system/[0-9a-f-]{36}");
        assertThat(dryRuns.version(connection)).matches("v1\\.\\d+\\..*");
    }

    private Comparison comparison(Manifest released) {
        return new Comparison(
                namespace,
                Veil.over(released.objects()),
                released,
                dryRuns.tryOut(connection, namespace, released, released));
    }

    private String versions() throws IOException {
        StringBuilder versions = new StringBuilder();
        for (String path : List.of("services/web", "secrets/web")) {
            versions.append(cluster.get("/api/v1/namespaces/" + namespace + "/" + path)
                            .at("/metadata/resourceVersion")
                            .asText())
                    .append(' ');
        }
        return versions
                + cluster.get("/apis/apps/v1/namespaces/" + namespace + "/deployments/web")
                        .at("/metadata/generation")
                        .asText();
    }

    private void eventually(String quota) throws IOException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < end) {
            if (!cluster.get("/api/v1/namespaces/" + namespace + "/" + quota)
                    .at("/status/hard")
                    .isEmpty()) {
                return;
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
