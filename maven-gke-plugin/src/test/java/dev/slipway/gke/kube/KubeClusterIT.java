package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.model.Answer;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleaseStatus;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The adapters on a real cluster.
 *
 * <p>{@code -Dcluster.kubeconfig=FILE}, {@code -Dcluster.context=NAME} (default {@code local}), {@code -Dcluster.registry=HOST}
 * with an image {@code pause:1} that does nothing (default {@code localhost:5000}), {@code -Dhelm.binaries=PATH,PATH}.
 */
@DisplayName("On a real cluster")
@EnabledIfSystemProperty(
        named = "cluster.kubeconfig",
        matches = ".+",
        disabledReason = "needs a cluster: -Dcluster.kubeconfig=FILE")
class KubeClusterIT {
    private static final Path KUBECONFIG = Path.of(System.getProperty("cluster.kubeconfig", ""));
    private static final String CONTEXT = System.getProperty("cluster.context", "local");
    private static final String REGISTRY = System.getProperty("cluster.registry", "localhost:5000");
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    private Path folder;

    private final Pause pause = (time, deadline) -> sleep(time);
    private RealCluster cluster;
    private KubeconfigDoor door;
    private KubeClients clients;
    private Connection connection;
    private Namespace namespace;
    private ClusterWorkloads workloads;
    private ClusterServices services;

    @BeforeEach
    void open() throws IOException {
        cluster = new RealCluster(KUBECONFIG, CONTEXT);
        door = new KubeconfigDoor(folder.resolve("run"), CLOCK, pause, Proxies.NONE);
        clients = new KubeClients(pause, CLOCK);
        connection = door.open(KUBECONFIG, CONTEXT);
        workloads = new ClusterWorkloads(clients);
        services = new ClusterServices(clients);
        namespace = new Namespace("kubeit-" + Long.toString(System.nanoTime(), 36));
        workloads.create(connection, namespace);
        // Its controller makes it a moment later, and pods need it.
        eventually(() -> exists("/api/v1/namespaces/" + namespace + "/serviceaccounts/default"), true);
    }

    @AfterEach
    void close() throws IOException {
        cluster.deleteNamespace(namespace);
        clients.close();
        door.close();
    }

    @Test
    @DisplayName("a namespace is there once it is created, and may be created again, but not while it is deleted")
    void namespaces() throws IOException {
        Namespace other = new Namespace(namespace + "-2");
        assertThat(workloads.exists(connection, other)).isFalse();

        workloads.create(connection, other);
        workloads.create(connection, other);
        assertThat(workloads.exists(connection, other)).isTrue();
        assertThat(cluster.get("/api/v1/namespaces/" + other)
                        .at("/metadata/labels/app.kubernetes.io~1managed-by")
                        .asText())
                .isEqualTo("gke-maven-plugin");

        cluster.create(other, """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: stays, finalizers: [example.com/wait]}}""");
        cluster.deleteNamespace(other);
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> workloads.create(connection, other));
        cluster.letGo(other, "configmaps/stays");
        assertThat(failure.code()).isEqualTo(FailureCode.NAMESPACE_MISSING);
    }

    @Test
    @DisplayName("a rollout goes on until all is ready; what is left of it is counted until all is gone")
    void rollout() throws IOException {
        Manifest manifest = cluster.create(namespace, """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: app, image: "%1$s/pause:1"}]
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: store}
            spec:
              serviceName: store
              selector: {matchLabels: {app: store}}
              template:
                metadata: {labels: {app: store}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: app, image: "%1$s/pause:1"}]
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent}
            spec:
              selector: {matchLabels: {app: agent}}
              template:
                metadata: {labels: {app: agent}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: app, image: "%1$s/pause:1"}]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            """.formatted(REGISTRY));

        List<RolloutState> states = watch(manifest);

        assertThat(states.get(0)).isInstanceOf(RolloutState.Progressing.class);
        assertThat(states.get(states.size() - 1))
                .isEqualTo(new RolloutState.Complete(List.of(
                        new RolloutState.Count("Deployment/web", 2, 2, 2, ""),
                        new RolloutState.Count("StatefulSet/store", 1, 1, 1, ""),
                        new RolloutState.Count("DaemonSet/agent", 1, 1, 1, ""))));
        assertThat(workloads.remaining(connection, namespace, manifest)).isEqualTo(4 + 4);

        cluster.patch(namespace, "Deployment", "web", """
            {"spec":{"template":{"metadata":{"annotations":{"changed":"yes"}}}}}""");
        assertThat(workloads.rollout(connection, namespace, manifest)).isInstanceOf(RolloutState.Progressing.class);
        watch(manifest);
        assertThat(cluster.get("/apis/apps/v1/namespaces/" + namespace + "/replicasets")
                        .findValuesAsText("availableReplicas"))
                .as("the old ReplicaSet is empty when the rollout is complete")
                .containsExactly("2");

        cluster.delete(namespace, manifest);
        eventually(() -> workloads.remaining(connection, namespace, manifest), 0);
    }

    @Test
    @DisplayName("an image that the registry does not have stalls an update at once, while the old pods go on")
    void noImage() throws IOException {
        Manifest manifest = cluster.create(namespace, deployment("web", "pause:1"));
        watch(manifest);
        cluster.patch(namespace, "Deployment", "web", """
            {"spec":{"template":{"spec":{"containers":[{"name":"app","image":"%s/pause:absent"}]}}}}""".formatted(REGISTRY));

        Instant start = CLOCK.instant();
        List<RolloutState> states = watch(manifest);

        RolloutState last = states.get(states.size() - 1);
        assertThat(last).isInstanceOf(RolloutState.Stalled.class);
        assertThat(((RolloutState.Stalled) last).reason())
                .startsWith("Container app of pod web-")
                .contains("cannot get its image " + REGISTRY + "/pause:absent")
                .endsWith("not found");
        assertThat(last.counts().get(0).ready())
                .as("the old pod is not counted")
                .isZero();
        assertThat(Duration.between(start, CLOCK.instant())).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    @DisplayName("a quota that leaves no room stalls a rollout, in the API server's words")
    void quota() throws IOException {
        cluster.create(namespace, """
            {apiVersion: v1, kind: ResourceQuota, metadata: {name: none}, spec: {hard: {pods: "0"}}}""");
        eventually(() -> get("/api/v1/namespaces/" + namespace + "/resourcequotas/none", "/status/hard/pods"), "0");
        List<RolloutState> states = watch(cluster.create(namespace, deployment("web", "pause:1")));

        RolloutState last = states.get(states.size() - 1);
        assertThat(last).isInstanceOf(RolloutState.Stalled.class);
        assertThat(((RolloutState.Stalled) last).reason())
                .startsWith("Deployment/web cannot create its pods: ")
                .contains("exceeded quota: none");
    }

    @Test
    @DisplayName("a service is asked through the API server, and at the address of its LoadBalancer")
    void services() throws IOException {
        HttpServer program = HttpServer.create(new InetSocketAddress(cluster.node(), 0), 0);
        program.createContext("/predict", exchange -> {
            try (exchange) {
                String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                byte[] answer = (exchange.getRequestMethod() + " " + sent).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(sent.contains("bad") ? 400 : 200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        program.start();
        try {
            // A pod in the node's own network has the node's address,
            // where this test listens: no image that serves is needed.
            int port = program.getAddress().getPort();
            Manifest manifest = cluster.create(namespace, """
                apiVersion: v1
                kind: Pod
                metadata: {name: here, labels: {app: here}}
                spec:
                  hostNetwork: true
                  terminationGracePeriodSeconds: 1
                  containers: [{name: app, image: "%1$s/pause:1"}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: inner}
                spec: {selector: {app: here}, ports: [{name: http, port: 8000, targetPort: %2$d}]}
                """.formatted(REGISTRY, port));
            ServiceAddress inner =
                    services.address(connection, namespace, manifest).orElseThrow();
            assertThat(inner).isEqualTo(new ServiceAddress("inner", namespace, 8000, Optional.empty(), false));
            eventually(() -> services.ask(connection, inner, question("one")), new Answer(200, "POST one"));
            assertThat(services.ask(connection, inner, question("bad"))).isEqualTo(new Answer(400, "POST bad"));

            Manifest outer = cluster.create(namespace, """
                apiVersion: v1
                kind: Service
                metadata: {name: outer}
                spec: {type: LoadBalancer, selector: {app: here}, ports: [{name: http, port: 80, targetPort: %d}]}
                """.formatted(port));
            eventually(
                    () -> services.address(connection, namespace, outer)
                            .orElseThrow()
                            .awaited(),
                    false);
            ServiceAddress address =
                    services.address(connection, namespace, outer).orElseThrow();
            assertThat(address.external().orElseThrow().toString()).matches("http://[0-9.]+");
            eventually(() -> answer(address, question("two")), "POST two");
        } finally {
            program.stop(0);
        }
    }

    @Test
    @DisplayName("a service without pods answers 503, in the API server's words")
    void noPods() throws IOException {
        Manifest manifest = cluster.create(namespace, """
            {apiVersion: v1, kind: Service, metadata: {name: empty}, spec: {ports: [{port: 80}], selector: {app: none}}}""");
        ServiceAddress address =
                services.address(connection, namespace, manifest).orElseThrow();

        Answer answer = services.ask(connection, address, question("one"));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).contains("no endpoints available for service");
    }

    @Test
    @DisplayName("who may do nothing is told what it is that he may not")
    void denied() throws IOException {
        Connection powerless = as("{token: " + cluster.powerlessToken(namespace) + "}");

        DeployFailure failure = catchThrowableOfType(
                DeployFailure.class,
                () -> new SecretReleaseHistory(clients).revisions(powerless, namespace, new ReleaseName("any")));

        assertThat(failure.code()).isEqualTo(FailureCode.CLUSTER_DENIED);
        assertThat(failure.what())
                .isEqualTo("system:serviceaccount:" + namespace + ":default may not list secrets in namespace "
                        + namespace);
        ServiceAddress address = new ServiceAddress("any", namespace, 80, Optional.empty(), false);
        assertThat(catchThrowableOfType(DeployFailure.class, () -> services.ask(powerless, address, question("one")))
                        .what())
                .contains("may not create services/proxy in namespace " + namespace);
    }

    @Test
    @DisplayName("a door made for GKE opens with the cluster's authority and a token file, for Helm too")
    void gke() throws IOException, InterruptedException {
        String token = cluster.powerlessToken(namespace);
        Cluster gke = Cluster.at(
                new ClusterName("acme-ml", "europe-west1", "dev"),
                connection.server(),
                Optional.of(new String(
                        Base64.getDecoder()
                                .decode(Kubeconfig.read(connection.kubeconfig())
                                        .cluster()
                                        .path("certificate-authority-data")
                                        .asText()),
                        StandardCharsets.UTF_8)));
        Connection opened = door.open(gke, new OneToken(token));

        String user = "system:serviceaccount:" + namespace + ":default";
        assertThat(catchThrowableOfType(DeployFailure.class, () -> workloads.exists(opened, namespace))
                        .what())
                .isEqualTo(user + " may not get namespaces in namespace " + namespace);
        for (Path helm : helms().toList()) {
            Process process = new ProcessBuilder(
                            helm.toString(),
                            "list",
                            "--namespace",
                            namespace.value(),
                            "--kubeconfig",
                            opened.kubeconfig().toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("User \"" + user + "\" cannot list resource \"secrets\"");
            assertThat(process.waitFor()).isNotZero();
        }
    }

    private record OneToken(String text) implements TokenSource {
        @Override
        public AccessToken token() {
            return new AccessToken(text, CLOCK.instant().plusSeconds(600));
        }

        @Override
        public String identity() {
            return "nobody";
        }
    }

    @Test
    @DisplayName("credentials that the cluster does not know are refused, and are not in the message")
    void unauthorized() throws IOException {
        Connection stranger = as("{token: nobody-knows-this-token}");

        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> workloads.exists(stranger, namespace));

        assertThat(failure.code()).isEqualTo(FailureCode.CLUSTER_UNAUTHORIZED);
        assertThat(failure.toString()).doesNotContain("nobody-knows");
    }

    static Stream<Path> helms() {
        return Stream.of(System.getProperty("helm.binaries", "").split(",", -1))
                .filter(path -> !path.isBlank())
                .map(Path::of);
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("helms")
    @DisplayName("the history is what Helm says it is")
    void history(Path helm) throws IOException, InterruptedException {
        Path chart = Files.createDirectories(folder.resolve("chart/templates"));
        Files.writeString(folder.resolve("chart/Chart.yaml"), "{apiVersion: v2, name: history, version: 1.2.3}");
        Files.writeString(chart.resolve("map.yaml"), """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: "{{ .Release.Name }}"}, data: {word: "{{ .Values.word }}"}}""");
        Files.writeString(chart.resolve("test.yaml"), """
            {apiVersion: v1, kind: Pod, metadata: {name: t, annotations: {helm.sh/hook: test}}, spec: {containers: []}}""");
        ReleaseName name = new ReleaseName("hist");
        SecretReleaseHistory history = new SecretReleaseHistory(clients);
        assertThat(history.revisions(connection, namespace, name)).isEmpty();
        assertThat(history.revisions(connection, new Namespace(namespace + "-absent"), name))
                .isEmpty();

        helm(helm, "install", "hist", folder.resolve("chart").toString(), "--set", "word=first");
        helm(helm, "upgrade", "hist", folder.resolve("chart").toString(), "--set", "word=second");

        List<Release> revisions = history.revisions(connection, namespace, name);
        assertThat(revisions).extracting(Release::revision).containsExactly(2, 1);
        Release newest = revisions.get(0);
        assertThat(newest.status()).isEqualTo(ReleaseStatus.DEPLOYED);
        assertThat(newest.chart()).isEqualTo(new ChartId("history", "1.2.3"));
        assertThat(newest.manifest().objects().get(0).body().get("data")).hasToString("{word=second}");
        assertThat(newest.hooks().objects()).extracting(KubeObject::toString).containsExactly("Pod/t");
        assertThat(newest.deployedAt())
                .isBetween(CLOCK.instant().minusSeconds(60), CLOCK.instant().plusSeconds(5));
    }

    private void helm(Path helm, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(helm.toString(), "--namespace", namespace.value()));
        line.addAll(List.of("--kubeconfig", connection.kubeconfig().toString()));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** Looks as a deployment does, until it is over one way or the other. */
    private List<RolloutState> watch(Manifest manifest) {
        List<RolloutState> states = new ArrayList<>();
        Deadline deadline = Deadline.in(LIMIT, CLOCK);
        while (!deadline.passed()) {
            RolloutState state = workloads.rollout(connection, namespace, manifest);
            states.add(state);
            if (!(state instanceof RolloutState.Progressing)) {
                return states;
            }
            sleep(Duration.ofMillis(500));
        }
        throw new AssertionError("still going on after " + LIMIT + ": " + states.get(states.size() - 1));
    }

    private static <T> void eventually(Supplier<T> look, T expected) {
        Deadline deadline = Deadline.in(LIMIT, CLOCK);
        T last = look.get();
        while (!expected.equals(last) && !deadline.passed()) {
            sleep(Duration.ofMillis(250));
            last = look.get();
        }
        assertThat(last).isEqualTo(expected);
    }

    /** {@return the body; what went wrong if nobody answers yet} */
    private String answer(ServiceAddress address, Question question) {
        try {
            return services.ask(connection, address, question).body();
        } catch (DeployFailure failure) {
            assertThat(failure.code()).isEqualTo(FailureCode.ANSWER_MISSING);
            return failure.what();
        }
    }

    private boolean exists(String path) {
        return clients.of(connection).exists(path);
    }

    private String get(String path, String pointer) {
        return clients.of(connection).get(path).at(pointer).asText();
    }

    /** The same cluster, as somebody else. */
    private Connection as(String user) throws IOException {
        Kubeconfig known = Kubeconfig.read(connection.kubeconfig());
        Path file = folder.resolve("as-" + System.nanoTime() + ".yaml");
        new Kubeconfig(
                        known.context(),
                        known.server(),
                        known.cluster(),
                        new ObjectMapper().valueToTree(Manifests.parseMap(user)))
                .write(file);
        return new Connection(connection.cluster(), connection.server(), file);
    }

    private static Question question(String body) {
        return new Question("/predict", Optional.of(body), Pattern.compile("POST"));
    }

    private static String deployment(String name, String image) {
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %1$s}
            spec:
              selector: {matchLabels: {app: %1$s}}
              template:
                metadata: {labels: {app: %1$s}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: app, image: "%2$s/%3$s"}]
            """.formatted(name, REGISTRY, image);
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw DeployFailure.interrupted("testing", e);
        }
    }
}
