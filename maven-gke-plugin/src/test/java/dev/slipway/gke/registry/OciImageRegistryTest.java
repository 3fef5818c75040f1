package dev.slipway.gke.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.google.emulator.ForwardProxy;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Secret;
import dev.slipway.gke.registry.FakeRegistry.Fault;
import dev.slipway.gke.registry.FakeRegistry.Login;
import dev.slipway.gke.registry.FakeRegistry.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An image's digest, asked of its registry,")
class OciImageRegistryTest {
    private static final String REPOSITORY = "acme/ml-service";
    private static final String MANIFEST = """
            {
               "schemaVersion": 2,
               "mediaType": "application/vnd.oci.image.manifest.v1+json",
               "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2,
                          "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},
               "layers": [],
               "annotations": {"org.example.title": "größer"}
            }
            """;

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final RegistryHttp.Limits PATIENT =
            new RegistryHttp.Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMillis(5));
    private static final RegistryHttp.Limits HASTY =
            new RegistryHttp.Limits(Duration.ofMillis(300), Duration.ofMillis(900), Duration.ofMillis(5));

    private final FakeRegistry registry = new FakeRegistry();
    private final NoPause pause = new NoPause();

    @AfterEach
    void stop() {
        registry.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FakeRegistry.OCI_MANIFEST,
                FakeRegistry.OCI_INDEX,
                FakeRegistry.DOCKER_MANIFEST,
                FakeRegistry.DOCKER_LIST
            })
    @DisplayName("is that of the manifest's bytes, whoever's format it has")
    void formats(String mediaType) {
        String digest = registry.push(REPOSITORY, "1.0", mediaType, MANIFEST);

        PinnedImage pinned = anonymous().pin(image(":1.0"), MINUTE);

        assertThat(pinned.digest().value()).isEqualTo(digest);
        assertThat(pinned.name()).isEqualTo(registry.host() + "/" + REPOSITORY);
        assertThat(pinned.tag()).isEqualTo("1.0");
    }

    @Test
    @DisplayName("is computed where the registry does not say it")
    void noHeader() {
        registry.withoutDigestHeader();
        String digest = registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);

        assertThat(anonymous().pin(image(":1.0"), MINUTE).digest().value()).isEqualTo(digest);
    }

    @Test
    @DisplayName("is refused where the registry says another than it sends")
    void lie() {
        registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);
        registry.lieAboutDigest("sha256:" + "0".repeat(64));

        assertThat(failure(anonymous(), image(":1.0")).what()).contains("but what it sends is");
    }

    @Test
    @DisplayName("is checked to be there if the image is named by digest")
    void byDigest() {
        String digest = registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);

        assertThat(anonymous().pin(image("@" + digest), MINUTE).tag()).isEmpty();
        assertThat(failure(anonymous(), image("@sha256:" + "1".repeat(64))).code())
                .isEqualTo(FailureCode.IMAGE_NOT_FOUND);
    }

    @Test
    @DisplayName("does not exist before the image is pushed, and the failure says so")
    void notFound() {
        DeployFailure failure = failure(anonymous(), image(":1.0"));

        assertThat(failure.code()).isEqualTo(FailureCode.IMAGE_NOT_FOUND);
        assertThat(failure.where()).isEqualTo(registry.host() + "/" + REPOSITORY + ":1.0");
        assertThat(failure.tryThis()).startsWith("Push it first: mvn deploy");
    }

    @Nested
    @DisplayName("needs a login:")
    class NeedsLogin {
        @ParameterizedTest
        @CsvSource({"BASIC", "BEARER"})
        @DisplayName("a password is shown to a registry that asks for it, and not before")
        void loggedIn(Login way) {
            registry.login(way);
            String digest = registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);

            assertThat(as(FakeRegistry.USER, FakeRegistry.PASSWORD)
                            .pin(image(":1.0"), MINUTE)
                            .digest()
                            .value())
                    .isEqualTo(digest);
            assertThat(registry.requests().get(0).authorization()).isEqualTo("null");
        }

        @Test
        @DisplayName("nobody's token does where everybody may read")
        void everybody() {
            registry.login(Login.BEARER);
            registry.forEverybody();
            registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);

            assertThat(anonymous().pin(image(":1.0"), MINUTE)).isNotNull();
        }

        @Test
        @DisplayName("challenges are understood however they are written")
        void challengeShapes() {
            registry.login(Login.BEARER);
            registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);
            for (String challenge : List.of(
                    "bearer scope=\"repository:x:pull\", service = fake , realm=\"http://" + registry.host()
                            + "/auth/token\"",
                    "Basic realm=\"a, b\", Bearer realm=\"http://" + registry.host() + "/auth/token\"",
                    "Bearer realm=\"http://" + registry.host() + "/auth/token?a=b\",error=\"invalid_token\"")) {
                registry.challenge(challenge);
                assertThat(as(FakeRegistry.USER, FakeRegistry.PASSWORD).pin(image(":1.0"), MINUTE))
                        .as(challenge)
                        .isNotNull();
            }
        }

        @ParameterizedTest
        @CsvSource({"BASIC", "BEARER"})
        @DisplayName("a wrong password is tried once, and the failure names the user and what to set")
        void wrongPassword(Login way) {
            registry.login(way);
            registry.tokenEndpointChallenges();

            DeployFailure failure = failure(as(FakeRegistry.USER, "wrong-password"), image(":1.0"));

            assertThat(failure.code()).isEqualTo(FailureCode.REGISTRY_DENIED);
            assertThat(failure.what()).startsWith("The registry does not let robot read the image");
            assertThat(failure.tryThis()).contains("<server> with the id " + registry.host());
            assertThat(registry.requests()).hasSize(2);
            assertThat(everything(failure))
                    .doesNotContain("wrong-password")
                    .doesNotContain(Base64.getEncoder()
                            .encodeToString("robot:wrong-password".getBytes(StandardCharsets.UTF_8)));
        }

        @ParameterizedTest
        @CsvSource({"BASIC", "BEARER"})
        @DisplayName("without one, the failure says that there is none")
        void noLogin(Login way) {
            registry.login(way);
            registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);

            DeployFailure failure = failure(anonymous(), image(":1.0"));

            assertThat(failure.code()).isEqualTo(FailureCode.REGISTRY_DENIED);
            assertThat(failure.what()).startsWith("The registry shows the image only to whom it knows");
        }

        @Test
        @DisplayName("a user who may not read is told so")
        void forbidden() {
            registry.login(Login.BEARER);
            registry.forbid();

            assertThat(failure(as(FakeRegistry.USER, FakeRegistry.PASSWORD), image(":1.0"))
                            .what())
                    .endsWith("it answers 403");
        }

        @Test
        @DisplayName("at Docker Hub, the failure names the two variables that the team has")
        void dockerHub() {
            ImageReference image = ImageReference.parse("acme/ml-service:1.0");

            assertThat(new RegistryFailures(image, Optional.empty()).denied(401).tryThis())
                    .startsWith("Set DOCKER_HUB_USERNAME and DOCKER_HUB_ACCESS_TOKEN");
        }
    }

    @Nested
    @DisplayName("comes in spite of")
    class ComesInSpiteOf {
        @ParameterizedTest
        @ValueSource(ints = {429, 500, 502, 503})
        @DisplayName("a registry that stumbles twice")
        void stumbles(int status) {
            registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);
            registry.next(Fault.status(status));
            registry.next(Fault.status(status));

            assertThat(anonymous().pin(image(":1.0"), MINUTE)).isNotNull();
            assertThat(registry.requests()).hasSize(3);
        }

        @Test
        @DisplayName("connections that break, and answers that do not come")
        void breaks() {
            registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);
            registry.next(Fault.hangsUp());
            registry.next(Fault.slow(Duration.ofSeconds(2)));
            OciImageRegistry impatient = new OciImageRegistry(
                    host -> Optional.empty(),
                    Set.of(),
                    Proxies.NONE,
                    new RegistryHttp.Limits(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMillis(5)),
                    pause);

            assertThat(impatient.pin(image(":1.0"), MINUTE)).isNotNull();
        }

        @Test
        @DisplayName("a wish to be asked later, which is granted")
        void retryAfter() {
            registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);
            registry.next(Fault.retryAfter(429, "1"));

            assertThat(anonymous().pin(image(":1.0"), MINUTE)).isNotNull();
            assertThat(pause.waits()).containsExactly(Duration.ofSeconds(1));
        }
    }

    @Nested
    @DisplayName("does not come, and it is said so in time, from a registry that")
    class DoesNotCome {
        @Test
        @DisplayName("is busy for longer than there is time")
        void busy() {
            registry.next(Fault.retryAfter(429, "3600"));
            Instant start = Instant.now();

            DeployFailure failure = failure(anonymous(), image(":1.0"));

            assertThat(failure.code()).isEqualTo(FailureCode.REGISTRY_UNREACHABLE);
            assertThat(failure.what()).contains("it answers 429, and wants us to wait 3600 s (1 try)");
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(3));
        }

        @Test
        @DisplayName("is busy until a date")
        void busyUntil() {
            String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    Instant.now().plusSeconds(7200).atOffset(ZoneOffset.UTC));
            registry.next(Fault.retryAfter(503, date));

            assertThat(failure(anonymous(), image(":1.0")).what()).containsPattern("wait 7[12]\\d\\d s");
        }

        @Test
        @DisplayName("takes longer than the deploy has time left")
        void longerThanTheDeploy() {
            registry.next(Fault.slow(Duration.ofSeconds(20)));
            Instant start = Instant.now();

            assertThatThrownBy(() -> anonymous().pin(image(":1.0"), Duration.ofMillis(500)))
                    .isInstanceOfSatisfying(
                            DeployFailure.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.REGISTRY_UNREACHABLE));
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(3));
        }

        @Test
        @DisplayName("is broken for good")
        void broken() {
            for (int i = 0; i < 20; i++) {
                registry.next(Fault.status(500));
            }

            DeployFailure failure = failure(anonymous(), image(":1.0"));

            assertThat(failure.what()).contains("it answers 500").contains("(6 tries)");
            assertThat(registry.requests()).hasSize(6);
        }

        @Test
        @DisplayName("never answers")
        void silent() {
            for (int i = 0; i < 20; i++) {
                registry.next(Fault.slow(Duration.ofSeconds(30)));
            }
            Instant start = Instant.now();

            assertThat(failure(hasty(), image(":1.0")).code()).isEqualTo(FailureCode.REGISTRY_UNREACHABLE);
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(6));
        }

        @Test
        @DisplayName("takes connections and says nothing, or sends its answer drop by drop")
        void drops() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                Thread thread = new Thread(() -> dripForever(socket));
                thread.setDaemon(true);
                thread.start();
                ImageReference image = ImageReference.parse("localhost:" + socket.getLocalPort() + "/acme/x:1");
                Instant start = Instant.now();

                assertThat(failure(hasty(), image).code()).isEqualTo(FailureCode.REGISTRY_UNREACHABLE);
                assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(6));
            }
        }

        @Test
        @DisplayName("sends more than any manifest has")
        void huge() {
            registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, " ".repeat(5 * 1024 * 1024));

            assertThat(failure(anonymous(), image(":1.0")).what()).contains("more than 4194304 bytes");
            assertThat(registry.requests()).hasSize(1);
        }

        @Test
        @DisplayName("sends us round in a circle")
        void circle() {
            Fault elsewhere = new Fault(307, Map.of("Location", "/v2/acme/round/manifests/1.0"), Duration.ZERO, false);
            for (int i = 0; i < 100; i++) {
                registry.next(elsewhere);
            }

            assertThat(failure(anonymous(), image(":1.0")).what()).contains("it redirects more than 3 times");
            assertThat(registry.requests()).hasSizeLessThan(30);
        }

        @Test
        @DisplayName("is not there")
        void absent() {
            ImageReference image = image(":1.0");
            registry.close();

            DeployFailure failure = failure(anonymous(), image);

            assertThat(failure.code()).isEqualTo(FailureCode.REGISTRY_UNREACHABLE);
            assertThat(failure.what()).contains("nothing answers at " + image.registry());
        }

        @Test
        @DisplayName("has a name that nobody knows")
        void unknownHost() {
            DeployFailure failure = failure(anonymous(), ImageReference.parse("registry.invalid/acme/x:1"));

            assertThat(failure.code()).isEqualTo(FailureCode.REGISTRY_UNREACHABLE);
        }
    }

    @Test
    @DisplayName("is not worth a password that would go over the wire in the clear")
    void realmWithoutTls() {
        registry.login(Login.BEARER);
        ImageReference elsewhere = ImageReference.parse("registry.example.com/acme/x:1");
        Challenge challenge =
                Challenge.parse("Bearer realm=\"http://evil.example/token\"").get(0);

        assertThat(challenge.parameter("realm")).contains("http://evil.example/token");
        assertThatThrownBy(() -> OciImageRegistry.requireTls(
                        challenge, false, new RegistryFailures(elsewhere, Optional.of("robot"))))
                .hasMessageContaining("without TLS");
    }

    @Test
    @DisplayName("ends with the build that is interrupted")
    void interrupted() throws InterruptedException {
        registry.next(Fault.slow(Duration.ofSeconds(30)));
        OciImageRegistry patient = new OciImageRegistry(host -> Optional.empty(), Set.of(), Proxies.NONE, pause);
        DeployFailure[] failure = new DeployFailure[1];
        Thread asking = new Thread(() -> failure[0] = failure(patient, image(":1.0")));
        asking.start();
        while (registry.requests().isEmpty()) {
            Thread.sleep(5);
        }

        asking.interrupt();
        asking.join(2000);

        assertThat(asking.isAlive()).isFalse();
        assertThat(failure[0].code()).isEqualTo(FailureCode.INTERRUPTED);
    }

    @Nested
    @DisplayName("behind a proxy")
    class Behind {
        private static final String ELSEWHERE = "registry.invalid:5000";
        private static final ImageReference IMAGE = ImageReference.parse(ELSEWHERE + "/" + REPOSITORY + ":1.0");

        private ForwardProxy proxy;

        @BeforeEach
        void start() {
            registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);
            proxy = ForwardProxy.start(Map.of(
                    ELSEWHERE,
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(),
                            Integer.parseInt(registry.host().substring("127.0.0.1:".length())))));
        }

        @AfterEach
        void stop() {
            proxy.close();
        }

        @Test
        @DisplayName("the registry is asked through it, by a name that it alone knows")
        void through() {
            PinnedImage pinned = registry("").pin(IMAGE, MINUTE);

            assertThat(pinned.toString()).contains(ELSEWHERE);
            assertThat(proxy.asked()).containsOnly("GET " + ELSEWHERE);
        }

        @Test
        @DisplayName("a host that is reached without it is asked without it")
        void without() {
            DeployFailure failure = failure(registry("invalid"), IMAGE);

            assertThat(failure.code()).isEqualTo(FailureCode.REGISTRY_UNREACHABLE);
            assertThat(proxy.asked()).isEmpty();
        }

        @Test
        @DisplayName("a registry of this machine is asked without it")
        void here() {
            assertThat(registry("").pin(image(":1.0"), MINUTE)).isNotNull();
            assertThat(proxy.asked()).isEmpty();
        }

        @Test
        @DisplayName("what the JVM says of proxies besides counts for nothing")
        void ambient() {
            ProxySelector before = ProxySelector.getDefault();
            ProxySelector.setDefault(ProxySelector.of(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), proxy.uri().getPort())));
            try {
                assertThat(anonymous().pin(image(":1.0"), MINUTE)).isNotNull();
                assertThat(proxy.asked()).isEmpty();
            } finally {
                ProxySelector.setDefault(before);
            }
        }

        @Test
        @DisplayName("and a proxy that wants an account is called that, at once")
        void account() {
            proxy.demand("ada", "s3cret");

            DeployFailure failure = failure(registry(""), IMAGE);

            assertThat(failure.what()).contains("the proxy wants an account");
            assertThat(proxy.asked()).hasSize(1);
        }

        private OciImageRegistry registry(String without) {
            List<String> direct = without.isEmpty() ? List.of() : List.of(without);
            return new OciImageRegistry(
                    host -> Optional.empty(),
                    Set.of(ELSEWHERE),
                    new Proxies(Optional.of(proxy.uri()), direct),
                    HASTY,
                    pause);
        }
    }

    @Test
    @DisplayName("is asked for with the types of Docker and of OCI")
    void accepts() {
        registry.push(REPOSITORY, "1.0", FakeRegistry.OCI_MANIFEST, MANIFEST);
        anonymous().pin(image(":1.0"), MINUTE);

        Request request = registry.requests().get(0);
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.accept())
                .contains(
                        FakeRegistry.OCI_MANIFEST,
                        FakeRegistry.OCI_INDEX,
                        FakeRegistry.DOCKER_MANIFEST,
                        FakeRegistry.DOCKER_LIST);
    }

    private ImageReference image(String suffix) {
        return ImageReference.parse(registry.host() + "/" + REPOSITORY + suffix);
    }

    private OciImageRegistry anonymous() {
        return new OciImageRegistry(host -> Optional.empty(), Set.of(), Proxies.NONE, PATIENT, pause);
    }

    private OciImageRegistry hasty() {
        return new OciImageRegistry(host -> Optional.empty(), Set.of(), Proxies.NONE, HASTY, pause);
    }

    private OciImageRegistry as(String user, String password) {
        String mine = registry.host();
        return new OciImageRegistry(
                host -> host.equals(mine)
                        ? Optional.of(new RegistryCredentials(user, new Secret(password)))
                        : Optional.empty(),
                Set.of(),
                Proxies.NONE,
                PATIENT,
                pause);
    }

    private static DeployFailure failure(OciImageRegistry registry, ImageReference image) {
        try {
            registry.pin(image, MINUTE);
        } catch (DeployFailure e) {
            return e;
        }
        throw new AssertionError("there was a digest");
    }

    private static String everything(DeployFailure failure) {
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        return all + failure.what() + failure.where() + failure.tryThis();
    }

    private static void dripForever(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread thread = new Thread(() -> {
                    try (socket) {
                        socket.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                        while (true) {
                            socket.getOutputStream().write(' ');
                            Thread.sleep(50);
                        }
                    } catch (IOException | InterruptedException e) {
                        // The client has gone, as it should.
                    }
                });
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }
}
