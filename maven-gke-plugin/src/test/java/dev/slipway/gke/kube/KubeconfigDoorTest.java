package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The door to a cluster")
class KubeconfigDoorTest {
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final URI SERVER = URI.create("https://34.1.2.3");
    private static final String PEM = "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n";
    private static final Cluster CLUSTER =
            Cluster.at(new ClusterName("acme-ml", "europe-west1", "dev"), SERVER, Optional.of(PEM));

    @TempDir
    private Path folder;

    private Path run;
    private KubeconfigDoor door;

    @BeforeEach
    void make() {
        run = folder.resolve("run");
        door = new KubeconfigDoor(run, CLOCK, new NoPause(), Proxies.NONE, endpoint -> new Knock.Result("", false));
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Nested
    @DisplayName("to GKE")
    class Gke {
        @Test
        @DisplayName("is a kubeconfig with one context, the cluster's authority and a token file")
        void content() throws IOException {
            Connection connection = door.open(CLUSTER, new Tokens("first"));

            JsonNode config = yaml(connection.kubeconfig());
            assertThat(connection.cluster()).isEqualTo("gke_acme-ml_europe-west1_dev");
            assertThat(connection.server()).isEqualTo(SERVER);
            assertThat(config.path("contexts")).hasSize(1);
            assertThat(config.path("current-context").asText()).isEqualTo("gke_acme-ml_europe-west1_dev");
            assertThat(config.at("/contexts/0/context").has("namespace")).isFalse();
            assertThat(config.at("/clusters/0/cluster/server").asText()).isEqualTo("https://34.1.2.3");
            byte[] authority = Base64.getDecoder()
                    .decode(config.at("/clusters/0/cluster/certificate-authority-data")
                            .asText());
            assertThat(new String(authority, StandardCharsets.UTF_8)).isEqualTo(PEM);
            assertThat(Path.of(config.at("/users/0/user/tokenFile").asText())).hasContent("first");
        }

        @Test
        @DisplayName("leaves the authority out where public authorities vouch for the server")
        void publicAuthority() throws IOException {
            Connection connection =
                    door.open(Cluster.at(CLUSTER.name(), SERVER, Optional.empty()), new Tokens("first"));

            assertThat(yaml(connection.kubeconfig()).at("/clusters/0/cluster").has("certificate-authority-data"))
                    .isFalse();
        }

        @Test
        @DisplayName("is readable by its owner alone, in a folder that is so too")
        void privately() throws IOException {
            door.open(CLUSTER, new Tokens("first"));

            assertThat(permissions(run)).isEqualTo("rwx------");
            for (Path file : files(run)) {
                assertThat(permissions(file)).as(file.toString()).isEqualTo("rw-------");
            }
        }

        @Test
        @DisplayName("keeps the token file fresh, and says nothing while Google is away")
        void refreshes() throws IOException, InterruptedException {
            Tokens tokens = new Tokens("first");
            Path file = folder.resolve("token");
            TokenFile kept = new TokenFile(file, tokens, tokens.token(), Duration.ofMillis(5));
            tokens.now = "";
            Thread.sleep(30);
            assertThat(file).hasContent("first");
            tokens.now = "second";
            for (int i = 0; i < 1000 && !Files.readString(file).equals("second"); i++) {
                Thread.sleep(5);
            }
            assertThat(file).hasContent("second");
            assertThat(permissions(file)).isEqualTo("rw-------");

            kept.close();
            assertThat(file).doesNotExist();
        }

        @Test
        @DisplayName("is not opened with a token that has ended, by this machine's clock")
        void ended() {
            DeployFailure failure = failure(() -> door.open(CLUSTER, new Tokens("first") {
                @Override
                public AccessToken token() {
                    return new AccessToken("first", NOW.minusSeconds(1));
                }
            }));

            assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_REJECTED);
            assertThat(failure.tryThis()).contains("clock");
        }

        @Test
        @DisplayName("closing it leaves nothing behind")
        void closes() throws IOException {
            door.open(CLUSTER, new Tokens("first"));
            door.open(CLUSTER, new Tokens("other"));

            door.close();

            assertThat(files(run)).isEmpty();
        }
    }

    @Nested
    @DisplayName("to a context of a kubeconfig")
    class Context {
        private static final String TWO = """
            apiVersion: v1
            kind: Config
            current-context: wrong
            preferences: {}
            clusters:
            - name: right-cluster
              cluster:
                server: https://10.0.0.1:6443
                certificate-authority: pki/ca.crt
                tls-server-name: kubernetes.example
                some-field-of-2031: kept
            - name: wrong-cluster
              cluster: {server: 'https://10.0.0.2:6443'}
            contexts:
            - name: right
              context: {cluster: right-cluster, user: me, namespace: somewhere-else}
            - name: wrong
              context: {cluster: wrong-cluster, user: other}
            - name: without-cluster
              context: {cluster: absent, user: me}
            - name: without-user
              context: {cluster: wrong-cluster, user: absent}
            users:
            - name: me
              user:
                client-certificate: ./me.crt
                client-key: me.key
            - name: other
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: ./bin/login
                  args: [--now]
                  env: [{name: A, value: b}]
            """;

        private Path file;

        @BeforeEach
        void write() throws IOException {
            file = Files.writeString(folder.resolve("config"), TWO);
            Files.createDirectory(folder.resolve("pki"));
            Files.writeString(folder.resolve("pki/ca.crt"), "ca");
            Files.writeString(folder.resolve("me.crt"), "certificate");
            Files.writeString(folder.resolve("me.key"), "key");
        }

        @Test
        @DisplayName(
                "takes that context and nothing of the others, without its namespace, with paths that hold from anywhere")
        void takes() throws IOException {
            Connection connection = door.open(file, "right");

            JsonNode config = yaml(connection.kubeconfig());
            assertThat(connection.cluster()).isEqualTo("right");
            assertThat(connection.server()).isEqualTo(URI.create("https://10.0.0.1:6443"));
            assertThat(config.path("current-context").asText()).isEqualTo("right");
            assertThat(config.path("contexts")).hasSize(1);
            assertThat(config.path("clusters")).hasSize(1);
            assertThat(config.path("users")).hasSize(1);
            assertThat(config.at("/contexts/0/context").has("namespace")).isFalse();
            JsonNode cluster = config.at("/clusters/0/cluster");
            assertThat(cluster.path("certificate-authority").asText())
                    .isEqualTo(folder.resolve("pki/ca.crt").toString());
            assertThat(cluster.path("tls-server-name").asText()).isEqualTo("kubernetes.example");
            assertThat(cluster.path("some-field-of-2031").asText()).isEqualTo("kept");
            JsonNode user = config.at("/users/0/user");
            assertThat(user.path("client-certificate").asText())
                    .isEqualTo(folder.resolve("me.crt").toString());
            assertThat(user.path("client-key").asText())
                    .isEqualTo(folder.resolve("me.key").toString());
        }

        @Test
        @DisplayName("keeps a user's program, and finds it from anywhere")
        void program() throws IOException {
            JsonNode exec = yaml(door.open(file, "wrong").kubeconfig()).at("/users/0/user/exec");

            assertThat(exec.path("command").asText())
                    .isEqualTo(folder.resolve("bin/login").toString());
            assertThat(exec.at("/args/0").asText()).isEqualTo("--now");
            assertThat(exec.at("/env/0/value").asText()).isEqualTo("b");
        }

        @Test
        @DisplayName("leaves a program alone that is looked up in the PATH")
        void programInPath() throws IOException {
            Files.writeString(file, TWO.replace("./bin/login", "gke-gcloud-auth-plugin"));

            assertThat(yaml(door.open(file, "wrong").kubeconfig())
                            .at("/users/0/user/exec/command")
                            .asText())
                    .isEqualTo("gke-gcloud-auth-plugin");
        }

        @Test
        @DisplayName("does not change the file that it reads")
        void onlyReads() {
            door.open(file, "right");

            assertThat(file).hasContent(TWO);
        }

        @Test
        @DisplayName("names the contexts that there are when it is not among them")
        void unknown() {
            assertThat(unusable("dev").tryThis()).startsWith("It has right, wrong, without-cluster, without-user:");
        }

        @ParameterizedTest(name = "{0}: {1}")
        @DisplayName("says what the file lacks")
        @CsvSource(
                delimiter = '|',
                value = {
                    "without-cluster | names the cluster 'absent', which the kubeconfig does not have",
                    "without-user    | names the user 'absent', whom the kubeconfig does not have",
                })
        void lacks(String context, String words) {
            assertThat(unusable(context).what()).contains(words);
        }

        @Test
        @DisplayName("says which file of the user's is missing")
        void missingKey() throws IOException {
            Files.delete(folder.resolve("me.key"));

            assertThat(unusable("right").what())
                    .isEqualTo("The kubeconfig's client-key cannot be read: " + folder.resolve("me.key"));
        }

        @Test
        @DisplayName("says that there is no file")
        void missing() throws IOException {
            Files.delete(file);

            assertThat(unusable("right").what()).isEqualTo("There is no such kubeconfig");
            assertThat(unusable("right").where()).isEqualTo(file.toString());
        }

        @Test
        @DisplayName("says that it is not YAML, and from which line, without showing the line")
        void noYaml() throws IOException {
            Files.writeString(file, "users:\n- user: {token: very-secret\n  x: [}");

            DeployFailure failure = unusable("right");

            assertThat(failure.what()).startsWith("The kubeconfig is not the YAML of a kubeconfig: line 3");
            assertThat(failure).hasNoCause();
            assertThat(failure.toString()).doesNotContain("very-secret");
        }

        @ParameterizedTest(name = "{0} -> {1}")
        @DisplayName("goes nowhere where others could listen")
        @CsvSource(
                delimiter = '|',
                value = {
                    "http://10.0.0.2:8080 | is reached without TLS",
                    "http://localhost.example.com | is reached without TLS",
                    "10.0.0.2:6443 | is no address",
                    "'' | is no address",
                    "ftp://10.0.0.2 | is no address",
                })
        void unsafe(String server, String words) throws IOException {
            Files.writeString(file, TWO.replace("https://10.0.0.2:6443", server));

            assertThat(unusable("wrong").what()).contains(words);
        }

        @Test
        @DisplayName("goes nowhere where the server's certificate is not checked")
        void insecure() throws IOException {
            Files.writeString(
                    file,
                    TWO.replace("'https://10.0.0.2:6443'", "'https://10.0.0.2:6443', insecure-skip-tls-verify: true"));

            assertThat(unusable("wrong").what()).contains("insecure-skip-tls-verify");
        }

        @ParameterizedTest
        @DisplayName("may go without TLS to this machine, as `kubectl proxy` does")
        @CsvSource({"http://127.0.0.1:8001", "http://localhost:8001", "'http://[::1]:8001'"})
        void proxy(String server) throws IOException {
            Files.writeString(file, TWO.replace("https://10.0.0.2:6443", server));

            assertThat(door.open(file, "wrong").server()).isEqualTo(URI.create(server));
        }

        private DeployFailure unusable(String context) {
            DeployFailure failure = failure(() -> door.open(file, context));
            assertThat(failure.code()).isEqualTo(FailureCode.KUBECONFIG_UNUSABLE);
            return failure;
        }
    }

    private static DeployFailure failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, call);
        assertThat(failure).isNotNull();
        return failure;
    }

    private static JsonNode yaml(Path file) throws IOException {
        return new ObjectMapper().valueToTree(Manifests.parseMap(Files.readString(file)));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** Gives the token it has now; with an empty one, Google is away. */
    private static class Tokens implements TokenSource {
        private volatile String now;

        Tokens(String now) {
            this.now = now;
        }

        @Override
        public AccessToken token() {
            String token = now;
            if (token.isEmpty()) {
                throw new DeployFailure(FailureCode.GOOGLE_UNREACHABLE, "away", "there", "wait");
            }
            return new AccessToken(token, NOW.plusSeconds(3600));
        }

        @Override
        public String identity() {
            return "ci@acme-ml";
        }
    }
}
