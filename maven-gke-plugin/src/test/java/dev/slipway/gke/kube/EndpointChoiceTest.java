package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Endpoint;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.TokenSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Of the ways to a cluster")
class EndpointChoiceTest {
    private static final ClusterName NAME = new ClusterName("acme-ml", "europe-west1", "dev");
    private static final Namespace NAMESPACE = new Namespace("dev");

    @TempDir
    Path folder;

    private FakeApiServer server;
    private FakeApiServer stranger;
    private ServerSocket silent;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Duration> waited = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = new FakeApiServer(FakeApiServer.Identity.local(folder));
        stranger = new FakeApiServer(FakeApiServer.Identity.make(folder, "ip:127.0.0.1"));
        // It takes connections, and says nothing.
        silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        open.addAll(List.of(server, stranger, silent));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    @DisplayName("the first that opens is taken, and gets the only requests")
    void first() {
        server.answers("GET /api/v1/namespaces/dev", 200, "{}");
        KubeconfigDoor door = door(Proxies.NONE);

        Connection connection = door.open(
                cluster(endpoint(Endpoint.Kind.PUBLIC, nobody()), endpoint(Endpoint.Kind.PRIVATE, server.uri())),
                new OneToken());

        assertThat(connection.server()).isEqualTo(server.uri());
        try (KubeClients clients = new KubeClients(new NoPause(), Clock.systemUTC(), door)) {
            assertThat(new ClusterWorkloads(clients).exists(connection, NAMESPACE))
                    .isTrue();
        }
        assertThat(server.lines()).hasSize(1);
    }

    @Test
    @DisplayName("one that answers with another certificate than the cluster's is not taken, and gets no request")
    void strangerIsPassedBy() {
        Connection connection = door(Proxies.NONE)
                .open(
                        cluster(
                                endpoint(Endpoint.Kind.PUBLIC, stranger.uri()),
                                endpoint(Endpoint.Kind.PRIVATE, server.uri())),
                        new OneToken());

        assertThat(connection.server()).isEqualTo(server.uri());
        assertThat(stranger.received()).isEmpty();
    }

    @Test
    @DisplayName(
            "a DNS endpoint has to have the certificate of a public authority; the cluster's own does not count there")
    void dns() {
        Endpoint dns = new Endpoint(Endpoint.Kind.DNS, server.uri(), Optional.empty(), "");

        DeployFailure failure = failure(cluster(dns));

        assertThat(failure.what())
                .isEqualTo("None of the cluster's endpoints can be reached from here:\n    - dns " + server.uri()
                        + ": its certificate is of no public authority, so it is somebody else");
        assertThat(server.received()).isEmpty();
    }

    @Test
    @DisplayName("if none opens, one failure says of each why not, in seconds")
    void none() {
        URI nobody = nobody();
        URI mute = URI.create("https://127.0.0.1:" + silent.getLocalPort());
        URI nameless = URI.create("https://gke-1a2b.europe-west1.gke.invalid");
        Instant start = Instant.now();

        DeployFailure failure = failure(cluster(
                new Endpoint(
                        Endpoint.Kind.PUBLIC,
                        nobody,
                        Optional.of(server.authority()),
                        "only authorized networks reach it"),
                endpoint(Endpoint.Kind.PUBLIC, stranger.uri()),
                new Endpoint(Endpoint.Kind.DNS, nameless, Optional.empty(), ""),
                endpoint(Endpoint.Kind.PRIVATE, mute)));

        assertThat(failure.code()).isEqualTo(FailureCode.ENDPOINT_UNREACHABLE);
        assertThat(failure.what())
                .isEqualTo("None of the cluster's endpoints can be reached from here:"
                        + "\n    - public " + nobody + ": the connection is refused; only authorized networks reach it"
                        + "\n    - public " + stranger.uri()
                        + ": its certificate is not of this cluster's authority, so it is somebody else"
                        + "\n    - dns " + nameless + ": there is no such host name here"
                        + "\n    - private " + mute + ": no answer within 1 s");
        assertThat(failure.where()).isEqualTo(NAME.resource());
        assertThat(failure.tryThis()).contains("-Dgke.endpoint=", "--enable-dns-access");
        // A server that refuses may be about to start: it was asked again.
        assertThat(waited).hasSize(4);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(15));
        assertThat(stranger.received()).isEmpty();
    }

    @Test
    @DisplayName("a proxy is gone through by the plugin and, by the private kubeconfig, by Helm")
    void proxy() throws IOException {
        Proxies proxies = new Proxies(Optional.of(URI.create("http://proxy.example:3128")), List.of(".internal"));
        KubeconfigDoor door = new KubeconfigDoor(
                folder.resolve("proxied"),
                Clock.systemUTC(),
                new NoPause(),
                proxies,
                endpoint -> new Knock.Result("", false));
        open.add(door);

        assertThat(Files.readString(
                        door.open(Cluster.at(NAME, URI.create("https://34.1.2.3"), Optional.empty()), new OneToken())
                                .kubeconfig()))
                .contains("\"proxy-url\": \"http://proxy.example:3128\"");
        assertThat(Files.readString(door.open(
                                Cluster.at(NAME, URI.create("https://gke.internal"), Optional.empty()), new OneToken())
                        .kubeconfig()))
                .doesNotContain("proxy-url");
    }

    @Test
    @DisplayName(
            "a kubeconfig that somebody brings is proxied as kubectl would: its own proxy first, then the environment's")
    void proxyOfKubeconfig() throws IOException {
        KubeconfigDoor door =
                door(new Proxies(Optional.of(URI.create("http://proxy.example:3128")), List.of(".internal")));

        assertThat(brought(door, "https://34.1.2.3", "")).contains("\"proxy-url\": \"http://proxy.example:3128\"");
        assertThat(brought(door, "https://34.1.2.3", "proxy-url: 'http://own.example:1'"))
                .contains("\"proxy-url\": \"http://own.example:1\"")
                .doesNotContain("3128");
        assertThat(brought(door, "https://gke.internal", "")).doesNotContain("proxy-url");
        assertThat(brought(door, "https://127.0.0.1:6443", "")).doesNotContain("proxy-url");
    }

    private String brought(KubeconfigDoor door, String server, String more) throws IOException {
        Path file = folder.resolve("brought-" + System.nanoTime() + ".yaml");
        Files.writeString(file, """
                apiVersion: v1
                kind: Config
                contexts: [{name: mine, context: {cluster: mine, user: mine}}]
                users: [{name: mine, user: {}}]
                clusters:
                  - name: mine
                    cluster:
                      server: SERVER
                      MORE
                """.replace("SERVER", server).replace("MORE", more));
        return Files.readString(door.open(file, "mine").kubeconfig());
    }

    @Test
    @DisplayName("a token that the server refuses before its time is replaced by another, once")
    void renewed() {
        server.answers("GET /api/v1/namespaces/dev", 200, "{}");
        server.demands("second");

        assertThat(exists(new Tokens(Optional.of("second")))).isTrue();
        assertThat(server.lines()).hasSize(2);
    }

    @Test
    @DisplayName("if Google gives no other, that is what is said, not that the cluster refuses us")
    void ended() {
        server.demands("second");

        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> exists(new Tokens(Optional.empty())));

        assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_EXPIRED);
    }

    @Test
    @DisplayName("if the server refuses the other one too, it is the cluster that refuses us")
    void refused() {
        server.demands("third");

        DeployFailure failure =
                catchThrowableOfType(DeployFailure.class, () -> exists(new Tokens(Optional.of("second"))));

        assertThat(failure.code()).isEqualTo(FailureCode.CLUSTER_UNAUTHORIZED);
        assertThat(server.lines()).hasSize(2);
    }

    private boolean exists(TokenSource tokens) {
        KubeconfigDoor door = door(Proxies.NONE);
        Connection connection = door.open(cluster(endpoint(Endpoint.Kind.PUBLIC, server.uri())), tokens);
        try (KubeClients clients = new KubeClients(new NoPause(), Clock.systemUTC(), door)) {
            return new ClusterWorkloads(clients).exists(connection, NAMESPACE);
        }
    }

    private KubeconfigDoor door(Proxies proxies) {
        KubeconfigDoor door = new KubeconfigDoor(
                folder.resolve("run"),
                Clock.systemUTC(),
                (time, deadline) -> waited.add(time),
                proxies,
                new Knock(proxies, Duration.ofSeconds(1))::at);
        open.add(door);
        return door;
    }

    private DeployFailure failure(Cluster cluster) {
        DeployFailure failure = catchThrowableOfType(
                DeployFailure.class, () -> door(Proxies.NONE).open(cluster, new OneToken()));
        assertThat(failure).isNotNull();
        return failure;
    }

    private Endpoint endpoint(Endpoint.Kind kind, URI uri) {
        return new Endpoint(kind, uri, Optional.of(server.authority()), "");
    }

    private static Cluster cluster(Endpoint... endpoints) {
        return new Cluster(NAME, Arrays.asList(endpoints), Optional.empty());
    }

    private static URI nobody() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("https://127.0.0.1:" + socket.getLocalPort());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A first token, and perhaps another in its place. */
    private record Tokens(Optional<String> second) implements TokenSource {
        @Override
        public AccessToken token() {
            return new AccessToken("first", Instant.now().plusSeconds(600));
        }

        @Override
        public AccessToken insteadOf(AccessToken refused) {
            return new AccessToken(
                    second.orElseThrow(
                            () -> new DeployFailure(FailureCode.CREDENTIALS_EXPIRED, "ended", "there", "sign in")),
                    Instant.now().plusSeconds(600));
        }

        @Override
        public String identity() {
            return "nobody";
        }
    }

    private record OneToken() implements TokenSource {
        @Override
        public AccessToken token() {
            return new AccessToken("any", Instant.now().plusSeconds(600));
        }

        @Override
        public String identity() {
            return "nobody";
        }
    }
}
