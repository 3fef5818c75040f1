package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@EndToEnd
@Order(1)
@DisplayName("mvn deploy -Plocal")
class LocalIT {
    private final Workshop workshop;

    LocalIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @Order(1)
    @DisplayName("takes a fresh clone to a model behind a URL, and the curl line that it prints answers")
    void deploys() {
        Checkout checkout = workshop.checkout();

        Run run = checkout.mvn("deploy -Plocal").with("-DskipTests").succeeds();

        JsonNode report = checkout.report("deploy-dev");
        assertThat(report.path("outcome").asText()).isEqualTo("deployed");
        assertThat(report.path("commit").asText()).isEqualTo(checkout.commit());
        assertThat(new Service(run.url()).predict("{\"features\":[50,0]}")).contains("\"prediction\":[");
        assertThat(Program.of("bash", "-c", run.curl()).text()).contains("\"prediction\":[");
    }

    @Test
    @Order(2)
    @DisplayName("runs the image that was pushed, by the digest that its tag stands for")
    void runsWhatWasPushed() {
        JsonNode report = workshop.checkout().report("deploy-dev");
        String image = report.path("image").asText();
        String digest = image.substring(image.indexOf('@') + 1);

        assertThat(digest).startsWith("sha256:");
        // The tag is the commit, because the copy is a clean tree.
        assertThat(workshop.registry().images())
                .containsEntry("slipway/ml-service:" + report.path("commit").asText(), digest);
        JsonNode pods = workshop.cluster()
                .get("pods", "-n", report.path("namespace").asText(), "-l", "app.kubernetes.io/name=ml-service");
        assertThat(pods.path("items")).isNotEmpty();
        pods.path("items")
                .forEach(pod ->
                        assertThat(pod.at("/spec/containers/0/image").asText()).endsWith("@" + digest));
    }

    @Test
    @Order(3)
    @DisplayName("says that nothing has changed when it is run again, and pushes and releases nothing")
    void secondDoesNothing() {
        Checkout checkout = workshop.checkout();
        int revision = checkout.report("deploy-dev").path("revision").asInt();

        Run run = checkout.mvn("deploy -Plocal").verified().succeeds();

        JsonNode report = checkout.report("deploy-dev");
        assertThat(report.path("outcome").asText()).isEqualTo("unchanged");
        assertThat(report.path("revision").asInt()).isEqualTo(revision).isPositive();
        assertThat(run.text())
                .contains("The registry has this image already")
                .doesNotContain("Built and pushed image")
                .contains("Nothing has changed, nothing was released");
        assertThat(new Service(run.url()).predict("{\"features\":[50,0]}")).contains("\"prediction\":[");
    }

    @Test
    @Order(4)
    @DisplayName("releases a new revision when the model has changed")
    void changedModel() {
        Checkout checkout = workshop.checkout();
        JsonNode before = checkout.report("deploy-dev");
        Run run = checkout.mvn("deploy -Plocal -Dmodel.dir=ml-service/src/test/resources/scikit-learn/model")
                .verified()
                .succeeds();

        JsonNode after = checkout.report("deploy-dev");
        assertThat(after.path("outcome").asText()).isEqualTo("deployed");
        assertThat(after.path("revision").asInt())
                .isEqualTo(before.path("revision").asInt() + 1);
        assertThat(after.path("image").asText())
                .isNotEqualTo(before.path("image").asText());
        assertThat(new Service(run.url()).predict("{\"features\":[50,0]}")).contains("\"prediction\":[");
    }
}
