package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
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
    void embedded() {
        releasesPast(List.of("gke:status", "gke:undeploy"));
    }

    @Test
    @Order(2)
    @DisplayName("Helm 3")
    void helm3() {
        releasesWith(workshop.helms().get(0), List.of("gke:status", "gke:undeploy"));
    }

    @Test
    @Order(3)
    @DisplayName("Helm 4")
    void helm4() {
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

    private void releasesWith(HelmBinary helm, List<String> goals) {
        releasesPast(goals, "-Dgke.helm.engine=cli", "-Dgke.helm.executable=" + helm.path());
    }

    private void releasesPast(List<String> goals, String... engine) {
        // Nothing there, so that there is something to release.
        workshop.helms().get(0).text("uninstall", "ml-service", "-n", "local", "--ignore-not-found", "--wait");
        try (Ambient ambient = new Ambient()) {
            Run run = workshop.checkout()
                    .mvn("deploy -Plocal")
                    .verified()
                    .with(engine)
                    .variables(ambient.variables())
                    .succeeds();

            assertThat(ambient.calls()).isZero();
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
            for (String goal : goals) {
                workshop.checkout()
                        .mvn(goal + " -Plocal -pl deploy-dev")
                        .with(engine)
                        .variables(ambient.variables())
                        .variable("HOME", ambient.home())
                        .succeeds();
            }
            assertThat(ambient.calls()).isZero();
            if (goals.contains("gke:undeploy")) {
                JsonNode last = workshop.checkout().report("deploy-dev");
                assertThat(last.path("outcome").asText()).isEqualTo("undeployed");
                assertThat(last.path("revision").asInt()).isEqualTo(1);
            }
        }
    }
}
