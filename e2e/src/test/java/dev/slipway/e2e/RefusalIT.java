package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@EndToEnd
@Order(4)
@DisplayName("Before anything is changed")
class RefusalIT {
    private final Workshop workshop;

    RefusalIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @AfterEach
    void takeBack() {
        workshop.checkout().restore();
    }

    @Test
    @Order(1)
    @DisplayName("one error names every GKE_* variable that is missing")
    void missingVariables() {
        Run run = workshop.toGoogle("deploy -Pdev").verified().fails();

        assertThat(run.errors())
                .contains("GKE_PROJECT_ID")
                .contains("GKE_CLUSTER_ZONE")
                .contains("GKE_CLUSTER_NAME")
                .contains("GKE_SA_KEY");
        assertThat(workshop.checkout().report("deploy-dev").path("outcome").asText())
                .isEqualTo("failed");
    }

    @Test
    @Order(2)
    @DisplayName("a chart that does not render fails the build, and nothing is pushed")
    void brokenChart() {
        workshop.checkout()
                .change(
                        "chart/src/main/helm/templates/deployment.yaml",
                        text -> text + "\n{{ .Values.image.tag.nobody }}\n{{ end }}\n");

        fails("deployment.yaml");
    }

    @Test
    @Order(3)
    @DisplayName("a values file that says what the chart does not know fails the build, and nothing is pushed")
    void brokenValues() {
        workshop.checkout().change("deploy-prod/values-prod.yaml", text -> text + "\nreplcas: 3\n");

        fails("replcas");
    }

    @Test
    @Order(4)
    @DisplayName("a pull request's build is refused everywhere but in a preview, and nothing is pushed")
    void pullRequest() {
        workshop.installPlugin();
        SortedMap<String, String> before = workshop.registry().images();

        for (String environment : List.of("dev", "staging", "prod")) {
            // The image is what is pushed first, so its module alone shows where it ends.
            Run run = workshop.toGoogle("deploy -P" + environment)
                    .verified()
                    .with("-pl", "ml-service")
                    .variable("GITHUB_EVENT_NAME", "pull_request")
                    .fails();
            assertThat(run.errors()).contains("GKE-103").contains("only a preview is deployed from one");
        }

        assertThat(workshop.registry().images()).isEqualTo(before);
    }

    /** A prod values file fails a deploy to local, too: every environment is rendered before anything is pushed. */
    private void fails(String culprit) {
        SortedMap<String, String> before = workshop.registry().images();
        assertThat(before).isNotEmpty();

        Run run = workshop.checkout().mvn("deploy -Plocal").verified().fails();

        assertThat(run.errors()).contains(culprit);
        assertThat(workshop.registry().images()).isEqualTo(before);
    }
}
