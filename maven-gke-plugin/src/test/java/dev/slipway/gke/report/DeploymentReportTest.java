package dev.slipway.gke.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.FakeTime;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.progress.Progress.Fact;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("deployment.json")
class DeploymentReportTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("has every name that others rely on, also when the deployment failed")
    void names() throws IOException {
        JsonNode json = failed();
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "outcome",
                        "failure",
                        "target",
                        "namespace",
                        "release",
                        "revision",
                        "chart",
                        "image",
                        "commit",
                        "address",
                        "startedAt",
                        "finishedAt",
                        "steps");
        assertThat(json.get("failure").fieldNames()).toIterable().containsExactly("code", "what", "where", "tryThis");
        assertThat(json.get("steps").get(0).fieldNames())
                .toIterable()
                .containsExactly("name", "milliseconds", "outcome");
    }

    @Test
    @DisplayName("keeps what was found before the failure, and says which step failed after how long")
    void facts() throws IOException {
        JsonNode json = failed();
        assertThat(json.get("outcome").asText()).isEqualTo("failed");
        assertThat(json.get("revision").asInt()).isEqualTo(7);
        assertThat(json.get("address").isNull()).isTrue();
        assertThat(json.get("failure").get("code").asText()).isEqualTo("GKE-501");
        assertThat(json.get("steps").get(0).toString())
                .isEqualTo("{\"name\":\"release\",\"milliseconds\":0,\"outcome\":\"done\"}");
        assertThat(json.get("steps").get(1).toString())
                .isEqualTo("{\"name\":\"rollout\",\"milliseconds\":3000,\"outcome\":\"failed\"}");
    }

    private JsonNode failed() throws IOException {
        FakeTime time = new FakeTime();
        Journal journal = new Journal(time, line -> {}, line -> {});
        journal.begin("release", "x").done("y");
        journal.found(Fact.REVISION, "7");
        journal.begin("rollout", "x");
        time.upTo(Duration.ofSeconds(3), Deadline.in(Duration.ofSeconds(9), time));
        Path file = folder.resolve("gke/deployment.json");
        DeploymentReport.of(
                        Outcome.FAILED,
                        Optional.of(new DeployFailure(FailureCode.ROLLOUT_TIMED_OUT, "1/2", "dev", "look")),
                        new DeploymentReport.Subject(
                                Optional.of("ml"), Optional.of("dev"), Optional.of("ml-service"), Optional.empty()),
                        journal,
                        Instant.EPOCH,
                        Instant.EPOCH)
                .write(file);
        return new ObjectMapper().readTree(file.toFile());
    }
}
