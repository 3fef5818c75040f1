package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

@EndToEnd
@Order(4)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("mvn gke:doctor")
class DoctorIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Workshop workshop;
    private final Faulty faulty;

    DoctorIT(Workshop workshop) {
        this.workshop = workshop;
        workshop.google();
        faulty = workshop.faulty("google-doctor");
    }

    @BeforeAll
    void grant() {
        workshop.google().grant(faulty.namespace());
    }

    @AfterAll
    void takeAway() {
        faulty.deleteNamespace();
    }

    @Test
    @Order(1)
    @DisplayName("finds all in order where a deploy would work, and changes nothing")
    void well() throws IOException {
        Run run = doctor().succeeds();

        for (String check : new String[] {
            "build",
            "credentials",
            "clock",
            "iam",
            "cluster",
            "endpoint",
            "api server",
            "namespace",
            "helm",
            "chart",
            "kinds",
            "rights",
            "quota",
            "pull",
            "push"
        }) {
            assertThat(run.text()).as(check).containsPattern("\\[INFO\\] ok +" + check + " ");
        }
        JsonNode findings = JSON.readTree(faulty.file("target/gke/doctor.json").toFile());
        assertThat(findings.path("problems").asInt(-1)).isZero();
        assertThat(workshop.cluster()
                        .get("deployments,services,secrets,leases", "-n", faulty.namespace())
                        .path("items"))
                .isEmpty();
        assertThat(workshop.google().secretLeaksInto(run.text())).isFalse();
    }

    @Test
    @Order(2)
    @DisplayName("names every GKE_* variable that is missing at once")
    void missingVariables() {
        Run run = faulty.mvn("gke:doctor", "version: \"1\"")
                .with("-Dgke.target=gke", "-Dgke.googleEndpoint=http://127.0.0.1:" + Google.PORT)
                .fails();

        assertThat(run.errors())
                .contains("GKE-104")
                .contains("GKE_PROJECT_ID")
                .contains("GKE_CLUSTER_ZONE")
                .contains("GKE_CLUSTER_NAME")
                .contains("GKE_SA_KEY");
    }

    @Test
    @Order(3)
    @DisplayName(
            "lists both of two rights that are missing, and the role that it writes makes the next deploy work, with every"
                    + " Helm, and all that comes after it")
    void missingRights() throws IOException {
        workshop.google().grantTooLittle(faulty.namespace());

        Run run = doctor().fails();

        assertThat(run.errors())
                .contains("GKE-104: The doctor found a problem: rights")
                .contains("lacks 2 rights")
                .contains("create services in namespace google-doctor")
                .contains("patch deployments.apps in namespace google-doctor");
        workshop.cluster()
                .kubectl("delete", "rolebinding,role", "deployer", "-n", faulty.namespace())
                .text();
        workshop.cluster().apply(Files.readString(faulty.file("target/gke/role.yaml")));

        deploys("1");
        deploys(
                "2",
                "-Dgke.helm.engine=cli",
                "-Dgke.helm.executable=" + workshop.helms().get(0).path());
        deploys(
                "3",
                "-Dgke.helm.engine=cli",
                "-Dgke.helm.executable=" + workshop.helms().get(1).path());
        lookAndGoBack("4", "2");
        // The role that the documents give does as well.
        workshop.cluster()
                .kubectl("delete", "rolebinding,role", "--all", "-n", faulty.namespace())
                .text();
        workshop.google().grant(faulty.namespace());
        lookAndGoBack(
                "5",
                "1",
                "-Dgke.helm.engine=cli",
                "-Dgke.helm.executable=" + workshop.helms().get(1).path());
        toGoogle(faulty.mvn("gke:undeploy", values("3"))).succeeds();
    }

    private void lookAndGoBack(String planned, String before, String... engine) {
        Run run = toGoogle(faulty.mvn("gke:plan gke:status gke:logs gke:verify", values(planned)))
                .with(engine)
                .succeeds();
        assertThat(run.text()).contains("-> " + planned).contains("serves on 8000");
        toGoogle(faulty.mvn("gke:rollback", values(planned)))
                .with(engine)
                .with("-Dgke.revision=" + before)
                .succeeds();
        faulty.serves(before);
    }

    private static String values(String version) {
        return "{version: \"" + version + "\", test: {outcome: ok}}";
    }

    private void deploys(String version, String... engine) {
        Run run = toGoogle(faulty.deploy(values(version))).with(engine).start().end();
        assertThat(run.exitCode()).as("%s\n%s", run.log(), run.errors()).isZero();
        faulty.serves(version);
    }

    private MavenCommand doctor() {
        return toGoogle(faulty.mvn("gke:doctor", values("1")));
    }

    private MavenCommand toGoogle(MavenCommand command) {
        return command.with("-Dgke.target=gke", "-Dgke.googleEndpoint=http://127.0.0.1:" + Google.PORT)
                .variables(workshop.google().variables());
    }
}
