package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.google.emulator.ForwardProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Google by its real names, with certificates of an authority that Java and Helm are told to trust, and no stand-in configured: what runs
 * is what everybody has. The names are known to the proxy alone, or to the builds alone ({@code tools/own-hosts}); this machine knows none.
 */
@EndToEnd
@Order(8)
@DisplayName("On the way to Google and to the cluster,")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkIT {
    private static final String TOKENS = "oauth2.googleapis.com";
    private static final String CONTAINER = "container.googleapis.com";
    private static final String ENDPOINT = "gke-5f1c9d0e.europe-west1-b.gke.goog";
    private static final String REGISTRY = "registry.example";
    private static final String CLUSTER = "behind-dns";

    private final Workshop workshop;
    private final Faulty faulty;
    private final Authority authority;
    private final FrontEnd google;
    private final FrontEnd cluster;
    private final FrontEnd registry;
    private final ForwardProxy proxy;

    NetworkIT(Workshop workshop) {
        this.workshop = workshop;
        faulty = workshop.faulty("faults-network");
        workshop.google().grant(faulty.namespace());
        workshop.google().addBehindDns(CLUSTER, ENDPOINT);
        authority = Authority.create(workshop.target().resolve("work/authority"));
        google = FrontEnd.of(authority.serverOf(TOKENS, CONTAINER), 1, Google.PORT);
        cluster = FrontEnd.ofCluster(
                authority.serverOf(ENDPOINT), 2, 6443, workshop.cluster().authority());
        registry = FrontEnd.of(authority.serverOf(REGISTRY), 3, 5000);
        proxy = ForwardProxy.start(Map.of(
                TOKENS + ":443",
                google.address(),
                CONTAINER + ":443",
                google.address(),
                ENDPOINT + ":443",
                cluster.address(),
                REGISTRY + ":443",
                registry.address()));
    }

    @BeforeAll
    void nobodyKnowsTheNames() {
        assertThat(Program.of("getent", "hosts", ENDPOINT, TOKENS, REGISTRY)
                        .run()
                        .exitCode())
                .as("this machine knows the names")
                .isNotZero();
    }

    @AfterAll
    void takeAway() {
        proxy.close();
        google.close();
        cluster.close();
        registry.close();
        faulty.deleteNamespace();
    }

    @Test
    @Order(1)
    @DisplayName("a deploy by the DNS endpoint goes to it by its name, and takes the certificate of a public authority")
    void dns() throws IOException {
        Run run = byNames(toGoogle("deploy", "1").with("-Dgke.endpoint=dns"), everything())
                .succeeds();

        faulty.serves("1");
        assertThat(run.text()).contains(ENDPOINT);
        assertThat(google.names()).contains(TOKENS, CONTAINER);
        assertThat(cluster.names()).isNotEmpty().containsOnly(ENDPOINT);
        nothingLeaks(run);
    }

    @Test
    @Order(2)
    @DisplayName("and where the public endpoint does not open, it is found by itself; Helm's binary goes there, too")
    void auto() throws IOException {
        cluster.forget();

        byNames(toGoogle("deploy", "2").with(helm(0)), everything()).succeeds();

        faulty.serves("2");
        assertThat(cluster.names()).isNotEmpty().containsOnly(ENDPOINT);
    }

    @Test
    @Order(3)
    @DisplayName("a DNS endpoint that no authority has signed which this machine trusts is somebody else")
    void stranger() throws IOException {
        cluster.forget();
        Authority nobody = Authority.create(workshop.target().resolve("work/nobody"));
        // Google's names are signed by the one authority, the endpoint's by the other.
        try (FrontEnd stranger = FrontEnd.ofCluster(
                nobody.serverOf(ENDPOINT), 4, 6443, workshop.cluster().authority())) {
            Run run = byNames(
                            toGoogle("gke:status", "2"), Map.of(TOKENS, google, CONTAINER, google, ENDPOINT, stranger))
                    .fails();

            assertThat(run.errors()).contains("GKE-214").contains("its certificate is of no public authority");
        }
    }

    @Test
    @Order(4)
    @DisplayName(
            "-Dhttps.proxyHost is gone through to Google and to the cluster, by the plugin and by the embedded Helm")
    void byProperty() {
        proxy.forget();

        Run run = toGoogle("deploy", "3")
                .with(
                        "-Dhttps.proxyHost=127.0.0.1",
                        "-Dhttps.proxyPort=" + proxy.uri().getPort())
                .succeeds();

        faulty.serves("3");
        assertThat(proxy.asked()).contains(connect(TOKENS), connect(CONTAINER), connect(ENDPOINT));
        nothingLeaks(run);
    }

    @Test
    @Order(5)
    @DisplayName("and so is the active proxy of Maven's settings, by Helm's binary as well")
    void bySettings() throws IOException {
        proxy.forget();

        toGoogle("deploy", "4")
                .with("-s", settings("").toString())
                .with(helm(0))
                .succeeds();

        faulty.serves("4");
        assertThat(proxy.asked()).contains(connect(TOKENS), connect(CONTAINER), connect(ENDPOINT));
    }

    @Test
    @Order(6)
    @DisplayName("and HTTPS_PROXY, but not to what NO_PROXY names")
    void byVariable() throws IOException {
        proxy.forget();
        cluster.forget();

        byNames(
                        toGoogle("deploy", "5")
                                .variable("HTTPS_PROXY", proxy.uri().toString())
                                .variable("NO_PROXY", ".gke.goog")
                                .with(helm(1)),
                        Map.of(ENDPOINT, cluster))
                .succeeds();

        faulty.serves("5");
        assertThat(proxy.asked()).containsOnly(connect(TOKENS), connect(CONTAINER));
        assertThat(cluster.names()).isNotEmpty();
    }

    @Test
    @Order(7)
    @DisplayName("and an image registry is asked through it, too; the one of this machine is not")
    void registry() {
        proxy.forget();
        registry.forget();

        Run run = toGoogle("gke:plan", "6")
                .with(
                        "-Dhttps.proxyHost=127.0.0.1",
                        "-Dhttps.proxyPort=" + proxy.uri().getPort(),
                        "-Dgke.image=" + REGISTRY + "/slipway/faulty:2")
                .succeeds();

        assertThat(proxy.asked()).contains(connect(REGISTRY)).noneMatch(asked -> asked.contains("localhost"));
        assertThat(registry.names()).isNotEmpty();
        assertThat(run.text()).contains(REGISTRY + "/slipway/faulty");
    }

    @Test
    @Order(8)
    @DisplayName("a proxy that wants an account is refused at once, and its password is nowhere")
    void account() throws IOException {
        proxy.forget();
        String password = "canary-of-the-proxy";

        Run byVariable = toGoogle("deploy", "7")
                .variable(
                        "HTTPS_PROXY",
                        "http://ada:" + password + "@127.0.0.1:" + proxy.uri().getPort())
                .with("-X", "-e")
                .fails();
        Run bySettings = toGoogle("deploy", "7")
                .with(
                        "-s",
                        settings("<username>ada</username><password>" + password + "</password>")
                                .toString(),
                        "-X",
                        "-e")
                .fails();

        for (Run run : new Run[] {byVariable, bySettings}) {
            assertThat(run.text()).contains("GKE-101: ").contains("one that wants an account is not supported");
            assertThat(run.text()).doesNotContain(password);
        }
        assertThat(proxy.asked()).isEmpty();
        try (Stream<Path> files = Files.walk(faulty.file("target"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(file).content().doesNotContain(password);
            }
        }
        faulty.leavesNothing();
        faulty.servesStill();
    }

    @Test
    @Order(9)
    @DisplayName("and one that turns out to want one is called that")
    void accountWanted() {
        proxy.demand("ada", "secret");

        Run run = toGoogle("gke:status", "5")
                .with(
                        "-Dhttps.proxyHost=127.0.0.1",
                        "-Dhttps.proxyPort=" + proxy.uri().getPort())
                .fails();

        assertThat(run.errors()).containsPattern("GKE-\\d+: ").contains("407");
    }

    private MavenCommand toGoogle(String command, String version) {
        return faulty.toGoogle(command, "version: \"" + version + "\"")
                .variables(workshop.google().variablesOf(CLUSTER))
                .variable("MAVEN_OPTS", "-Djava.io.tmpdir=" + faulty.temporary() + " " + authority.javaOptions())
                .variable("SSL_CERT_FILE", authority.certificate().toString());
    }

    /** Lets a build, and nobody else, know where these names lead. */
    private MavenCommand byNames(MavenCommand command, Map<String, FrontEnd> names) throws IOException {
        return command.through(workshop.tools().resolve("own-hosts"))
                .variable("E2E_MVN", Workshop.property("e2e.mavenHome") + "/bin/mvn")
                .variable("E2E_HOSTS", hosts(names).toString());
    }

    private Map<String, FrontEnd> everything() {
        return Map.of(TOKENS, google, CONTAINER, google, ENDPOINT, cluster);
    }

    private Path hosts(Map<String, FrontEnd> names) throws IOException {
        StringBuilder text = new StringBuilder(Files.readString(Path.of("/etc/hosts"))).append('\n');
        names.forEach(
                (name, frontEnd) -> text.append(frontEnd.address().getAddress().getHostAddress())
                        .append(' ')
                        .append(name)
                        .append('\n'));
        return Files.writeString(authority.folder().resolve("hosts"), text);
    }

    private Path settings(String account) throws IOException {
        return Files.writeString(
                authority.folder().resolve("settings.xml"),
                """
                <settings><proxies><proxy>
                  <active>true</active><protocol>http</protocol><host>127.0.0.1</host><port>PORT</port>ACCOUNT
                </proxy></proxies></settings>
                """.replace("PORT", Integer.toString(proxy.uri().getPort())).replace("ACCOUNT", account));
    }

    private String[] helm(int number) {
        return new String[] {
            "-Dgke.helm.engine=cli",
            "-Dgke.helm.executable=" + workshop.helms().get(number).path()
        };
    }

    private void nothingLeaks(Run run) {
        assertThat(workshop.google().secretLeaksInto(run.text())).isFalse();
        faulty.leavesNothing();
    }

    private static String connect(String host) {
        return "CONNECT " + host + ":443";
    }
}
