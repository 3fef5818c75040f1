package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.Answer;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The way in to a service")
class ClusterServicesTest {
    private static final Namespace DEV = new Namespace("dev");
    private static final String PROXY = "/api/v1/namespaces/dev/services/ml:80/proxy/predict";
    private static final Question PREDICT =
            new Question("/predict", Optional.of("{\"features\":[1,2]}"), Pattern.compile("prediction"));
    private static final ServiceAddress INSIDE = new ServiceAddress("ml", DEV, 80, Optional.empty(), false);

    @TempDir
    private Path folder;

    private FakeApiServer server;
    private KubeClients clients;
    private Connection connection;
    private ClusterServices services;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer(FakeApiServer.Identity.local(folder));
        clients = new KubeClients(new NoPause(), Clock.systemUTC());
        connection = server.connection(folder, "{token: abc}");
        services = new ClusterServices(clients);
    }

    @AfterEach
    void stop() {
        clients.close();
        server.close();
    }

    @ParameterizedTest(name = "{0} of {1} on port {2}: {3}")
    @DisplayName("is the LoadBalancer's address, as people type it")
    @CsvSource({
        "ip, 34.1.2.3, 80, http://34.1.2.3",
        "ip, 34.1.2.3, 443, https://34.1.2.3",
        "ip, 34.1.2.3, 8000, http://34.1.2.3:8000",
        "ip, 2600:1900::1, 80, http://[2600:1900::1]",
        "ip, 2600:1900::1, 8000, http://[2600:1900::1]:8000",
        "hostname, lb.example, 80, http://lb.example",
    })
    void external(String kind, String host, int port, URI expected) {
        ServiceAddress address = ClusterServices.address(DEV, Fixtures.parse("""
            {"metadata":{"name":"ml"},"spec":{"type":"LoadBalancer","ports":[{"port":%d}]},
             "status":{"loadBalancer":{"ingress":[{"%s":"%s"}]}}}""".formatted(port, kind, host)));

        assertThat(address).isEqualTo(new ServiceAddress("ml", DEV, port, Optional.of(expected), false));
    }

    @Test
    @DisplayName("is awaited while the LoadBalancer has no address")
    void awaited() {
        ServiceAddress address = ClusterServices.address(DEV, Fixtures.parse("""
            {"metadata":{"name":"ml"},"spec":{"type":"LoadBalancer","ports":[{"port":80}]},"status":{"loadBalancer":{}}}"""));

        assertThat(address).isEqualTo(new ServiceAddress("ml", DEV, 80, Optional.empty(), true));
    }

    @Test
    @DisplayName("prefers the LoadBalancer to the first Service, and the port named http to the first port")
    void prefers() {
        server.answers("GET /api/v1/namespaces/dev/services/front", 200, """
            {"metadata":{"name":"front"},"spec":{"type":"LoadBalancer","ports":[{"name":"grpc","port":8001},{"name":"http","port":80}]}}""");

        assertThat(services.address(connection, DEV, Manifests.parse("""
                            {apiVersion: v1, kind: Service, metadata: {name: inner}, spec: {type: ClusterIP}}
                            ---
                            {apiVersion: v1, kind: Service, metadata: {name: front}, spec: {type: LoadBalancer}}
                            """)))
                .contains(new ServiceAddress("front", DEV, 80, Optional.empty(), true));
    }

    @Test
    @DisplayName("is none where the release has no Service, or the cluster does not have it")
    void none() {
        assertThat(services.address(
                        connection, DEV, Manifests.parse("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}")))
                .isEmpty();
        assertThat(services.address(
                        connection, DEV, Manifests.parse("{apiVersion: v1, kind: Service, metadata: {name: a}}")))
                .isEmpty();
    }

    @Test
    @DisplayName("leads through the API server, which gets the question as JSON and who asks")
    void through() {
        server.answers("POST " + PROXY, 200, "{\"prediction\":[1]}");

        assertThat(services.ask(connection, INSIDE, PREDICT)).isEqualTo(new Answer(200, "{\"prediction\":[1]}"));
        FakeApiServer.Received received = server.received().get(0);
        assertThat(received.body()).isEqualTo("{\"features\":[1,2]}");
        assertThat(received.contentType()).startsWith("application/json");
        assertThat(received.authorization()).isEqualTo("Bearer abc");
    }

    @Test
    @DisplayName("asks with a plain GET, query included, where there is nothing to post")
    void get() {
        String path = "/api/v1/namespaces/dev/services/ml:80/proxy/?deep=1";
        server.answers("GET " + path, 200, "ready");

        assertThat(services.ask(
                        connection, INSIDE, new Question("/?deep=1", Optional.empty(), Pattern.compile("ready"))))
                .isEqualTo(new Answer(200, "ready"));
        assertThat(server.lines()).containsExactly("GET " + path);
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("gives the service's own statuses back, refusals and redirects too, asked once")
    @CsvSource({"400", "401", "403", "404", "500", "503"})
    void ownStatus(int status) {
        server.answers("POST " + PROXY, status, "{\"error\":\"of the service\"}");

        assertThat(services.ask(connection, INSIDE, PREDICT))
                .isEqualTo(new Answer(status, "{\"error\":\"of the service\"}"));
        assertThat(server.received()).hasSize(1);
    }

    @Test
    @DisplayName("a Service without a ready pod answers 503, in the API server's words")
    void noEndpoints() {
        server.answers(
                "POST " + PROXY,
                503,
                FakeApiServer.status("ServiceUnavailable", "no endpoints available for service \"ml:80\""));

        assertThat(services.ask(connection, INSIDE, PREDICT))
                .isEqualTo(new Answer(503, "no endpoints available for service \"ml:80\""));
    }

    @Test
    @DisplayName("without the right to go through the API server, the right is named")
    void denied() {
        server.answers(
                "POST " + PROXY,
                403,
                FakeApiServer.status(
                        "Forbidden",
                        "services \"ml:80\" is forbidden: User \"ci\" cannot create resource \"services/proxy\" in API"
                                + " group \"\" in the namespace \"dev\""));

        DeployFailure failure =
                catchThrowableOfType(DeployFailure.class, () -> services.ask(connection, INSIDE, PREDICT));

        assertThat(failure.code()).isEqualTo(FailureCode.CLUSTER_DENIED);
        assertThat(failure.what()).isEqualTo("ci may not create services/proxy in namespace dev");
    }

    @Test
    @DisplayName("reads no more than 64 KiB of an answer, on either way")
    void limited() throws IOException {
        String endless = "x".repeat(100_000);
        server.answers("POST " + PROXY, 200, endless);
        HttpServer direct = direct(200, endless);
        try {
            assertThat(services.ask(connection, INSIDE, PREDICT).body()).hasSize(65536);
            assertThat(services.ask(connection, outside(direct), PREDICT).body())
                    .hasSize(65536);
        } finally {
            direct.stop(0);
        }
    }

    @Test
    @DisplayName("asks an address from outside directly, without the cluster's credentials")
    void directly() throws IOException {
        HttpServer direct = direct(200, "{\"prediction\":[-1]}");
        try {
            assertThat(services.ask(connection, outside(direct), PREDICT))
                    .isEqualTo(new Answer(200, "{\"prediction\":[-1]}"));
            assertThat(server.received()).isEmpty();
        } finally {
            direct.stop(0);
        }
    }

    @Test
    @DisplayName("says where nobody answered")
    void nobody() throws IOException {
        HttpServer direct = direct(200, "");
        ServiceAddress gone = outside(direct);
        direct.stop(0);

        DeployFailure failure =
                catchThrowableOfType(DeployFailure.class, () -> services.ask(connection, gone, PREDICT));

        assertThat(failure.code()).isEqualTo(FailureCode.ANSWER_MISSING);
        assertThat(failure.what()).isEqualTo("The service does not answer: connection refused");
        assertThat(failure.where()).isEqualTo(gone.external().orElseThrow() + "/predict");
    }

    @Test
    @DisplayName("says that there is no host of the name that the cluster gave")
    void noHost() {
        ServiceAddress nowhere =
                new ServiceAddress("ml", DEV, 80, Optional.of(URI.create("http://nowhere.invalid")), false);

        assertThat(catchThrowableOfType(DeployFailure.class, () -> services.ask(connection, nowhere, PREDICT))
                        .what())
                .isEqualTo("The service does not answer: no such host");
    }

    @Test
    @DisplayName("an API server that is away for a moment is a missing answer, so that it is asked again")
    void apiServerAway() {
        server.close();

        DeployFailure failure =
                catchThrowableOfType(DeployFailure.class, () -> services.ask(connection, INSIDE, PREDICT));

        assertThat(failure.code()).isEqualTo(FailureCode.ANSWER_MISSING);
        assertThat(failure.what()).isEqualTo("The service does not answer through the API server: connection refused");
    }

    private static HttpServer direct(int status, String body) throws IOException {
        HttpServer direct = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        direct.createContext("/predict", exchange -> {
            try (exchange) {
                String authorization = exchange.getRequestHeaders().getFirst("Authorization");
                byte[] bytes = (authorization == null ? body : "credentials!").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        direct.start();
        return direct;
    }

    private static ServiceAddress outside(HttpServer direct) {
        URI uri = URI.create("http://127.0.0.1:" + direct.getAddress().getPort());
        return new ServiceAddress("ml", DEV, 80, Optional.of(uri), false);
    }
}
