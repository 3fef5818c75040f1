package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.Connection;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The way to an API server")
class KubeApiTest {
    private static final String TOKEN = "secret-token-of-the-test";
    private static final String NS = "/api/v1/namespaces/dev";

    @TempDir
    private static Path keys;

    private static FakeApiServer.Identity here;
    private static FakeApiServer.Identity elsewhere;

    @TempDir
    private Path folder;

    private final NoPause pause = new NoPause();
    private final Clock clock = Clock.fixed(Instant.parse("2026-11-23T08:00:00Z"), ZoneOffset.UTC);
    private FakeApiServer server;

    @BeforeAll
    static void identities() {
        here = FakeApiServer.Identity.local(keys);
        elsewhere = FakeApiServer.Identity.make(keys, "dns:cluster.example");
    }

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer(here);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("shows the token and reads an object, fields of a newer Kubernetes included")
    void reads() {
        server.answers("GET " + NS, 200, "{\"kind\":\"Namespace\",\"status\":{\"inventedIn2031\":true}}");

        assertThat(api("{token: " + TOKEN + "}")
                        .get(NS)
                        .at("/status/inventedIn2031")
                        .asBoolean())
                .isTrue();
        assertThat(server.received().get(0).authorization()).isEqualTo("Bearer " + TOKEN);
    }

    @Test
    @DisplayName("has nothing to do with a server whose certificate the cluster's authority did not sign")
    void untrusted() {
        FakeApiServer.Identity stranger = FakeApiServer.Identity.make(keys, "ip:127.0.0.1");

        DeployFailure failure = failure(
                server.connection(folder, "{token: " + TOKEN + "}", stranger.pem()), FailureCode.CLUSTER_UNREACHABLE);

        assertThat(failure.what()).endsWith("its certificate is not signed by the cluster's authority");
        assertThat(server.received()).isEmpty();
    }

    @Test
    @DisplayName("has nothing to do with a server whose certificate is for another host")
    void otherHost() throws IOException {
        try (FakeApiServer other = new FakeApiServer(elsewhere)) {
            DeployFailure failure =
                    failure(other.connection(folder, "{token: " + TOKEN + "}"), FailureCode.CLUSTER_UNREACHABLE);

            assertThat(failure.what()).endsWith("its certificate is for another host than 127.0.0.1");
            assertThat(other.received()).isEmpty();
        }
    }

    @Test
    @DisplayName("reads the token file again after a refusal, and goes on with the new token")
    void renews() throws IOException {
        Path tokenFile = Files.writeString(folder.resolve("token"), "old");
        server.answers("GET " + NS, 200, "{}");
        KubeApi api = api("{tokenFile: '" + tokenFile + "'}");
        assertThat(api.exists(NS)).isTrue();

        server.demands("new");
        Files.writeString(tokenFile, "new\n");

        assertThat(api.exists(NS)).isTrue();
        assertThat(server.received().get(1).authorization()).isEqualTo("Bearer new");
    }

    @Test
    @DisplayName("asks once more when it is refused, and then says that the credentials are")
    void refused() throws IOException {
        Path tokenFile = Files.writeString(folder.resolve("token"), TOKEN);
        server.demands("another");

        DeployFailure failure = failure(
                server.connection(folder, "{tokenFile: '" + tokenFile + "'}"), FailureCode.CLUSTER_UNAUTHORIZED);

        assertThat(failure.what()).startsWith("The API server of fake does not accept the credentials");
        assertThat(server.received()).hasSize(2);
    }

    @Test
    @DisplayName("tries a read again while the server is starting, and waits as long as it is asked to")
    void retries() {
        server.answers("GET " + NS, 503, "")
                .answers("GET " + NS, 429, "", Map.of("Retry-After", "3"))
                .answers("GET " + NS, 200, "{}");

        assertThat(api("{}").exists(NS)).isTrue();
        assertThat(pause.waits()).containsExactly(Duration.ofMillis(200), Duration.ofSeconds(3));
    }

    @Test
    @DisplayName("gives up on a read after six attempts, with the server's own words")
    void givesUp() {
        server.answers("GET " + NS, 503, FakeApiServer.status("ServiceUnavailable", "etcd is away"));

        DeployFailure failure = failure(server.connection(folder, "{}"), FailureCode.CLUSTER_UNREACHABLE);

        assertThat(failure.what()).isEqualTo("The API server of fake answers 503 on reading " + NS + ": etcd is away");
        assertThat(server.received()).hasSize(6);
    }

    @Test
    @DisplayName("never sends a write twice")
    void writesOnce() {
        server.answers("POST /api/v1/namespaces", 503, "");

        DeployFailure failure = catchThrowableOfType(
                DeployFailure.class, () -> api("{}").create("/api/v1/namespaces", Fixtures.parse("{}")));

        assertThat(failure.code()).isEqualTo(FailureCode.CLUSTER_UNREACHABLE);
        assertThat(server.received()).hasSize(1);
    }

    @Test
    @DisplayName("says that the namespace is being deleted, when that is why nothing can be made in it")
    void ending() {
        server.answers(
                "GET " + NS,
                403,
                FakeApiServer.status(
                        "Forbidden",
                        "secrets \"token\" is forbidden: unable to create new content in namespace dev because it is being"
                                + " terminated"));

        DeployFailure failure = failure(server.connection(folder, "{}"), FailureCode.NAMESPACE_ENDING);

        assertThat(failure.what()).isEqualTo("Namespace dev is being deleted");
    }

    @Test
    @DisplayName("says who may not do what, and where")
    void denied() {
        server.answers(
                "GET " + NS,
                403,
                FakeApiServer.status(
                        "Forbidden",
                        "deployments.apps \"ml\" is forbidden: User \"ci@acme.iam.gserviceaccount.com\" cannot get"
                                + " resource \"deployments\" in API group \"apps\" in the namespace \"dev\""));

        DeployFailure failure = failure(server.connection(folder, "{}"), FailureCode.CLUSTER_DENIED);

        assertThat(failure.what())
                .isEqualTo("ci@acme.iam.gserviceaccount.com may not get deployments.apps in namespace dev");
    }

    @Test
    @DisplayName("says the host that nobody answers at")
    void unreachable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Connection known = server.connection(folder, "{token: " + TOKEN + "}");
        String text = Files.readString(known.kubeconfig())
                .replace(":" + known.server().getPort(), ":" + port);
        URI gone = URI.create("https://127.0.0.1:" + port);
        Connection connection = new Connection("fake", gone, Files.writeString(folder.resolve("gone.yaml"), text));

        DeployFailure failure = failure(connection, FailureCode.CLUSTER_UNREACHABLE);

        assertThat(failure.what()).isEqualTo("The API server of fake cannot be reached: connection refused");
        assertThat(failure.where()).isEqualTo(gone.toString());
        assertThat(pause.waits()).hasSize(5);
    }

    @Test
    @DisplayName("an interrupt ends a request, and the thread still knows of it")
    void interrupted() {
        Thread.currentThread().interrupt();

        DeployFailure failure = failure(server.connection(folder, "{}"), FailureCode.INTERRUPTED);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.what()).startsWith("Interrupted while reading");
    }

    @Test
    @DisplayName("what answers but is no API server is called so")
    void noApiServer() {
        server.answers("GET " + NS, 200, "<html>sign in</html>");

        assertThat(failure(server.connection(folder, "{}"), FailureCode.CLUSTER_UNREACHABLE)
                        .what())
                .contains("is no API server");
    }

    @Test
    @DisplayName("reads a long list page by page")
    void pages() {
        String path = "/api/v1/namespaces/dev/pods";
        server.answers("GET " + path, 200, "{\"items\":[{\"n\":1}],\"metadata\":{\"continue\":\"more\"}}")
                .answers("GET " + path, 200, "{\"items\":[{\"n\":2}],\"metadata\":{}}");

        assertThat(api("{}").list(path, "app=ml"))
                .extracting(pod -> pod.path("n").asInt())
                .containsExactly(1, 2);
        assertThat(server.lines().get(1)).contains("continue=more", "labelSelector=app%3Dml");
    }

    @Test
    @DisplayName("begins a list again whose rest the server has forgotten")
    void forgotten() {
        String path = "/api/v1/namespaces/dev/pods";
        server.answers("GET " + path, 200, "{\"items\":[{\"n\":1}],\"metadata\":{\"continue\":\"more\"}}")
                .answers("GET " + path, 410, FakeApiServer.status("Expired", "too old"))
                .answers("GET " + path, 200, "{\"items\":[{\"n\":1},{\"n\":2}],\"metadata\":{}}");

        assertThat(api("{}").list(path, "app=ml")).hasSize(2);
    }

    @Test
    @DisplayName("runs the user's program for a token, tells it the cluster, and uses the token until it ends")
    void exec() throws IOException {
        Path program = Files.writeString(folder.resolve("plugin"), """
            #!/bin/sh
            echo run >> "$LOG"
            echo "$KUBERNETES_EXEC_INFO" > "$LOG.info"
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",
                   "status":{"token":"from-program","expirationTimestamp":"2026-11-23T09:00:00Z"}}'
            """);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Path log = folder.resolve("log");
        server.answers("GET " + NS, 200, "{}");
        server.demands("from-program");

        KubeApi api = api("{exec: {apiVersion: client.authentication.k8s.io/v1, command: '" + program
                + "', provideClusterInfo: true, env: [{name: LOG, value: '" + log + "'}]}}");

        assertThat(List.of(api.exists(NS), api.exists(NS))).containsExactly(true, true);
        assertThat(Files.readAllLines(log)).hasSize(1);
        assertThat(Files.readString(folder.resolve("log.info")))
                .contains(server.uri().toString());
    }

    @Test
    @DisplayName("a program that fails is named with its last words")
    void execFails() throws IOException {
        Path program = Files.writeString(folder.resolve("plugin"), """
            #!/bin/sh
            echo "you are not signed in" >&2
            exit 3
            """);
        assertThat(program.toFile().setExecutable(true)).isTrue();

        DeployFailure failure = failure(
                server.connection(
                        folder, "{exec: {apiVersion: client.authentication.k8s.io/v1, command: '" + program + "'}}"),
                FailureCode.KUBECONFIG_UNUSABLE);

        assertThat(failure.what()).endsWith("plugin, ended with exit code 3: you are not signed in");
    }

    @Test
    @DisplayName("asks in the name of whom the kubeconfig says")
    void impersonates() {
        server.answers("GET " + NS, 200, "{}");

        assertThat(api("{username: admin, password: pw, as: deployer}").exists(NS))
                .isTrue();
        assertThat(server.received().get(0).authorization()).startsWith("Basic ");
    }

    private KubeApi api(String user) {
        return new KubeApi(server.connection(folder, user), pause, clock);
    }

    /** Every failure of every test here is searched for the token, causes and all. */
    private DeployFailure failure(Connection connection, FailureCode code) {
        DeployFailure failure =
                catchThrowableOfType(DeployFailure.class, () -> new KubeApi(connection, pause, clock).exists(NS));
        assertThat(failure).isNotNull();
        StringWriter printed = new StringWriter();
        failure.printStackTrace(new PrintWriter(printed));
        assertThat(printed.toString() + failure.where() + failure.tryThis()).doesNotContain(TOKEN);
        assertThat(failure.code()).isEqualTo(code);
        return failure;
    }
}
