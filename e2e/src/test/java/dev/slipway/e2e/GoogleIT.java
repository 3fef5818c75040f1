package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@EndToEnd
@Order(3)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("With a service account of Google")
class GoogleIT {
    private static final String INLIER = "{\"features\":[50,0]}";

    private final Workshop workshop;
    private final Faulty shortLived;
    private final Running slowRollout;

    /** A rollout of three minutes begins before all tests, and is looked at when they are over. */
    GoogleIT(Workshop workshop) {
        this.workshop = workshop;
        Google google = workshop.google();
        shortLived = workshop.faulty("google-short");
        slowRollout = slow(shortLived, 180)
                .with("-Dgke.timeout=6m")
                .variables(google.shortLived(shortLived.namespace(), Duration.ofSeconds(70)))
                .start();
    }

    @AfterAll
    void end() {
        slowRollout.close();
        shortLived.deleteNamespace();
    }

    @Test
    @Order(1)
    @DisplayName("mvn deploy -Pdev takes the key as JSON, signs in, finds the cluster, and releases to a live answer;"
            + " of the secrets in the environment it says none, not even with -X -e")
    void dev() {
        Google google = workshop.google();
        String token = "canary-" + UUID.randomUUID();

        Run run = workshop.toGoogle("deploy -Pdev")
                .verified()
                .with("-X", "-e")
                .variables(google.variables())
                .variable("DOCKER_HUB_ACCESS_TOKEN", token)
                .succeeds();

        assertThat(google.secretLeaksInto(run.text()))
                .as("a secret in %s", run.log())
                .isFalse();
        assertThat(run.text()).doesNotContain(token);

        released("deploy-dev", "dev");
        assertThat(google.requests("/token")).as("assertions checked").isPositive();
        assertThat(google.requests("/v1/projects")).as("GetCluster").isPositive();
        assertThat(google.requests("/tokenreview"))
                .as("tokens the API server asked about")
                .isPositive();
        assertThat(run.text()).contains("\"prediction\":[");
        assertThat(askedThroughTheCluster("dev")).contains("\"prediction\":[");
    }

    @Test
    @Order(2)
    @DisplayName("mvn deploy -Pdev takes the key as the path of its file, too, and releases nothing a second time")
    void devWithKeyFile() throws IOException {
        Google google = workshop.google();
        Path file = Files.createTempFile(
                "slipway-e2e-key-",
                ".json",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(file, google.key());

            Run run = workshop.toGoogle("deploy -Pdev")
                    .verified()
                    .with("-X", "-e")
                    .variables(Google.variables(file))
                    .succeeds();

            assertThat(workshop.checkout().report("deploy-dev").path("outcome").asText())
                    .isEqualTo("unchanged");
            assertThat(google.secretLeaksInto(run.text()))
                    .as("a secret in %s", run.log())
                    .isFalse();
        } finally {
            Files.delete(file);
        }
    }

    @Test
    @Order(3)
    @DisplayName("mvn deploy -Pstaging releases the same image digest that dev runs")
    void staging() {
        String digest = image("deploy-dev");

        workshop.toGoogle("deploy -Pstaging")
                .verified()
                .variables(workshop.google().variables())
                .succeeds();

        released("deploy-prod", "staging");
        assertThat(image("deploy-prod")).isEqualTo(digest);
        assertThat(askedThroughTheCluster("staging")).contains("\"prediction\":[");
    }

    @Test
    @Order(4)
    @DisplayName("mvn deploy -Pprod gives a LoadBalancer address that answers on port 80")
    void prod() {
        Run run = workshop.toGoogle("deploy -Pprod")
                .verified()
                .variables(workshop.google().variables())
                .succeeds();

        released("deploy-prod", "prod");
        JsonNode service = workshop.cluster()
                .get("service", "-n", "prod", "-l", "app.kubernetes.io/name=ml-service")
                .at("/items/0");
        assertThat(service.at("/spec/type").asText()).isEqualTo("LoadBalancer");
        assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(80);
        String address = service.at("/status/loadBalancer/ingress/0/ip").asText();
        assertThat(new Service("http://" + address + ":80/").predict(INLIER)).contains("\"prediction\":[");
        assertThat(new Service(run.url()).base().getHost()).isEqualTo(address);
        assertThat(Program.of("bash", "-c", run.curl()).text()).contains("\"prediction\":[");
    }

    @Test
    @Order(5)
    @DisplayName("mvn deploy -Ppreview releases into a namespace of its own, and gke:undeploy takes it away again")
    void preview() {
        workshop.toGoogle("deploy -Ppreview -Dpreview.id=pr-1")
                .verified()
                .variables(workshop.google().previewVariables())
                .succeeds();

        JsonNode report = workshop.checkout().report("deploy-dev");
        String namespace = report.path("namespace").asText();
        assertThat(report.path("outcome").asText()).isEqualTo("deployed");
        assertThat(namespace).contains("pr-1");
        assertThat(askedThroughTheCluster(namespace)).contains("\"prediction\":[");

        workshop.installPlugin();
        workshop.toGoogle("gke:undeploy -Ppreview -Dpreview.id=pr-1 -pl deploy-dev")
                .variables(workshop.google().previewVariables())
                .succeeds();

        assertThat(workshop.cluster()
                        .get("deployments,services,secrets", "-n", namespace, "-l", "app.kubernetes.io/name=ml-service")
                        .path("items"))
                .isEmpty();
    }

    @Test
    @Order(6)
    @DisplayName("an account without its role in the namespace is refused there, and told by name what it lacks")
    void withoutRole() {
        workshop.cluster()
                .kubectl("delete", "rolebinding", "deployer", "-n", "dev")
                .text();
        try {
            Run run = workshop.toGoogle("deploy -Pdev")
                    .verified()
                    .variables(workshop.google().variables())
                    .fails();

            assertThat(run.errors()).containsPattern("GKE-\\d{3}").contains("dev");
            assertThat(workshop.checkout()
                            .report("deploy-dev")
                            .at("/failure/code")
                            .asText())
                    .startsWith("GKE-");
        } finally {
            workshop.google().grant("dev");
        }
    }

    @Test
    @Order(7)
    @DisplayName("a key that is broken is refused with what is wrong about it, and never quoted, not even with -X -e")
    void brokenKey() {
        Google google = workshop.google();
        String broken = google.key().replace("\"client_email\"", "\"client_mail\"");

        Run run = workshop.toGoogle("deploy -Pdev")
                .verified()
                .with("-X", "-e")
                .variables(google.variables())
                .variable("GKE_SA_KEY", broken)
                .fails();

        assertThat(run.errors()).contains("GKE_SA_KEY").contains("client_email").containsPattern("GKE-2\\d\\d");
        assertThat(google.secretLeaksInto(run.text()))
                .as("a secret in %s", run.log())
                .isFalse();
    }

    @Test
    @Order(8)
    @DisplayName("an account that is deleted in the middle of a rollout ends it within a minute, said as that")
    void revokedInTheMiddle() {
        Google google = workshop.google();
        Faulty faulty = workshop.faulty("google-revoked");
        google.grant(faulty.namespace());
        try (Running running = slow(faulty, 600).with("-Dgke.timeout=15m").start()) {
            running.until(Pattern.compile("\\[INFO] rollout"), Duration.ofMinutes(2));
            Instant revoked = Instant.now();
            google.revoke();

            Run run = running.end(Duration.ofMinutes(3));

            assertThat(run.exitCode()).isNotZero();
            assertThat(run.errors())
                    .contains("GKE-207: The credentials of " + google.deployer()
                            + " have ended or were revoked while they were in use: Google knows no account "
                            + google.deployer())
                    .containsPattern("where: +GKE_SA_KEY");
            assertThat(Duration.between(revoked, run.saidAt(Pattern.compile("GKE-207"))))
                    .isLessThan(Duration.ofMinutes(1));
            assertThat(faulty.report().at("/failure/code").asText()).isEqualTo("GKE-207");
            faulty.leavesNothing();
        } finally {
            google.restore();
            faulty.deleteNamespace();
        }
    }

    @Test
    @Order(9)
    @DisplayName("a workflow of GitHub deploys without any key, by Workload Identity Federation")
    void federation() throws IOException {
        Google google = workshop.google();
        Faulty faulty = workshop.faulty("google-federation");
        google.grant(faulty.namespace());
        Path file = Files.createTempFile("slipway-e2e-gha-creds-", ".json");
        try {
            Files.writeString(file, google.federation());
            long before = google.requests("/github/token");

            Run run = faulty.deploy("version: \"1\"")
                    .with("-X", "-e", "-Dgke.target=gke", "-Dgke.googleEndpoint=http://127.0.0.1:" + Google.PORT)
                    .variables(Google.withoutKey(file))
                    .start()
                    .end();

            assertThat(run.exitCode()).as("%s\n%s", run.log(), run.errors()).isZero();
            assertThat(run.text()).contains("as " + google.deployer());
            assertThat(google.requests("/github/token") - before).isPositive();
            assertThat(google.secretLeaksInto(run.text())).isFalse();
            faulty.serves("1");
            faulty.leavesNothing();
        } finally {
            Files.delete(file);
            faulty.deleteNamespace();
        }
    }

    @Test
    @Order(10)
    @DisplayName(
            "tokens that live for 70 seconds are renewed all through a rollout of three minutes, for Helm and for the watch")
    void shortTokens() {
        Google google = workshop.google();

        Run run = slowRollout.end();

        assertThat(run.exitCode()).as("%s\n%s", run.log(), run.errors()).isZero();
        assertThat(run.took()).isGreaterThan(Duration.ofMinutes(3));
        assertThat(google.signInsShortLived()).isGreaterThan(10);
        assertThat(google.secretLeaksInto(run.text())).isFalse();
        shortLived.serves("slow");
        shortLived.leavesNothing();
    }

    private MavenCommand slow(Faulty faulty, int seconds) {
        return faulty.deploy("{version: slow, fault: slow, seconds: " + seconds + "}")
                .with("-Dgke.target=gke", "-Dgke.googleEndpoint=http://127.0.0.1:" + Google.PORT)
                .variables(workshop.google().variables());
    }

    private void released(String module, String namespace) {
        JsonNode report = workshop.checkout().report(module);
        assertThat(report.path("outcome").asText()).isEqualTo("deployed");
        assertThat(report.path("namespace").asText()).isEqualTo(namespace);
        JsonNode pods = workshop.cluster().get("pods", "-n", namespace, "-l", "app.kubernetes.io/name=ml-service");
        String digest = image(module).substring(image(module).indexOf('@'));
        assertThat(pods.path("items"))
                .isNotEmpty()
                .anySatisfy(pod ->
                        assertThat(pod.at("/spec/containers/0/image").asText()).endsWith(digest));
    }

    private String image(String module) {
        return workshop.checkout().report(module).path("image").asText();
    }

    private String askedThroughTheCluster(String namespace) {
        JsonNode service = workshop.cluster()
                .get("service", "-n", namespace, "-l", "app.kubernetes.io/name=ml-service")
                .at("/items/0");
        String clusterIp = service.at("/spec/clusterIP").asText();
        int port = service.at("/spec/ports/0/port").asInt();
        // The one node of the local cluster is this machine, so the inside of the cluster can be reached from here.
        return new Service("http://" + clusterIp + ":" + port + "/").predict(INLIER);
    }
}
