package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Each engine releases while the environment names another cluster in every way that Helm and its libraries listen to. */
@EndToEnd
@Order(6)
@DisplayName(
        "Every Helm engine releases to the cluster that was named, and the one of the environment gets not one request")
class EngineIT {
    private final Workshop workshop;

    EngineIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @Order(1)
    @DisplayName("the embedded Helm")
    void embedded() throws IOException {
        releasesPast(List.of("gke:status", "gke:undeploy"));
    }

    @Test
    @Order(2)
    @DisplayName("Helm 3")
    void helm3() throws IOException {
        releasesWith(workshop.helms().get(0), List.of("gke:status", "gke:undeploy"));
    }

    @Test
    @Order(3)
    @DisplayName("Helm 4")
    void helm4() throws IOException {
        // What it releases stays, for the next test.
        releasesWith(workshop.helms().get(1), List.of("gke:status"));
    }

    @Test
    @Order(4)
    @DisplayName(
            "and another clone of the same commit builds the same image, byte for byte: there is nothing to release")
    void sameImageElsewhere() {
        String image = workshop.checkout().report("deploy-dev").path("image").asText();
        Checkout other = workshop.otherCheckout();

        other.mvn("deploy -Plocal").verified().succeeds();

        JsonNode report = other.report("deploy-dev");
        assertThat(report.path("image").asText()).isEqualTo(image);
        assertThat(report.path("outcome").asText()).isEqualTo("unchanged");
    }

    private void releasesWith(HelmBinary helm, List<String> goals) throws IOException {
        releasesPast(goals, "-Dgke.helm.engine=cli", "-Dgke.helm.executable=" + helm.path());
    }

    private void releasesPast(List<String> goals, String... engine) throws IOException {
        // Nothing there, so that there is something to release.
        workshop.helms().get(0).text("uninstall", "ml-service", "-n", "local", "--ignore-not-found", "--wait");
        Path kubeconfig = Files.createTempFile("slipway-e2e-ambient-", ".kubeconfig");
        Path home = Files.createTempDirectory("slipway-e2e-home-");
        try (Canary canary = new Canary()) {
            Files.writeString(kubeconfig, """
                    apiVersion: v1
                    kind: Config
                    clusters: [{name: local, cluster: {server: "http://127.0.0.1:PORT"}}]
                    users: [{name: local, user: {token: ambient}}]
                    contexts: [{name: local, context: {cluster: local, user: local}}]
                    current-context: local
                    """.replace("PORT", Integer.toString(canary.port())));

            Run run = workshop.checkout()
                    .mvn("deploy -Plocal")
                    .verified()
                    .with(engine)
                    .variables(ambient(kubeconfig, canary.port()))
                    .succeeds();

            assertThat(canary.calls()).isZero();
            JsonNode report = workshop.checkout().report("deploy-dev");
            assertThat(report.path("outcome").asText()).isEqualTo("deployed");
            assertThat(report.path("revision").asInt()).isEqualTo(1);
            assertThat(new Service(run.url()).predict("{\"features\":[50,0]}")).contains("\"prediction\":[");
            for (HelmBinary helm : workshop.helms()) {
                assertThat(helm.json("history", "ml-service", "-n", "local"))
                        .as("history that %s reads", helm)
                        .hasSize(1);
            }
            // The goals by hand, with the home's own kubeconfig naming the other cluster, too.
            workshop.installPlugin();
            Path kube = Files.createDirectories(home.resolve(".kube"));
            Files.copy(kubeconfig, kube.resolve("config"), StandardCopyOption.REPLACE_EXISTING);
            for (String goal : goals) {
                workshop.checkout()
                        .mvn(goal + " -Plocal -pl deploy-dev")
                        .with(engine)
                        .variables(ambient(kubeconfig, canary.port()))
                        .variable("HOME", home.toString())
                        .succeeds();
            }
            assertThat(canary.calls()).isZero();
            if (goals.contains("gke:undeploy")) {
                JsonNode last = workshop.checkout().report("deploy-dev");
                assertThat(last.path("outcome").asText()).isEqualTo("undeployed");
                assertThat(last.path("revision").asInt()).isEqualTo(1);
            }
        } finally {
            Checkout.deleteTree(home);
            Files.delete(kubeconfig);
        }
    }

    private static Map<String, String> ambient(Path kubeconfig, int port) {
        Map<String, String> variables = new TreeMap<>();
        variables.put("KUBECONFIG", kubeconfig.toString());
        variables.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
        variables.put("KUBERNETES_SERVICE_PORT", Integer.toString(port));
        variables.put("HELM_KUBEAPISERVER", "http://127.0.0.1:" + port);
        variables.put("HELM_KUBECONTEXT", "local");
        variables.put("HELM_KUBETOKEN", "ambient");
        variables.put("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "true");
        variables.put("HELM_NAMESPACE", "ambient");
        variables.put("HELM_DRIVER", "memory");
        return variables;
    }
}
