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
                        "steps",
                        "aftermath",
                        "restored",
                        "owner",
                        "lock",
                        "helm",
                        "warnings",
                        "changes",
                        "values",
                        "drift",
                        "risks",
                        "evidence");
        assertThat(json.get("failure").fieldNames()).toIterable().containsExactly("code", "what", "where", "tryThis");
        assertThat(json.get("steps").get(0).fieldNames())
                .toIterable()
                .containsExactly("name", "milliseconds", "outcome", "startedAt", "states");
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
                .isEqualTo("{\"name\":\"release\",\"milliseconds\":0,\"outcome\":\"done\","
                        + "\"startedAt\":\"2026-01-01T00:00:00Z\",\"states\":["
                        + "{\"at\":\"2026-01-01T00:00:00Z\",\"text\":\"x\"},"
                        + "{\"at\":\"2026-01-01T00:00:00Z\",\"text\":\"y\"}]}");
        assertThat(json.get("steps").get(1).toString())
                .isEqualTo("{\"name\":\"rollout\",\"milliseconds\":3000,\"outcome\":\"failed\","
                        + "\"startedAt\":\"2026-01-01T00:00:00Z\",\"states\":["
                        + "{\"at\":\"2026-01-01T00:00:00Z\",\"text\":\"x\"}]}");
    }

    @Test
    @DisplayName("has the evidence, the changes and the risks, by names that last")
    void evidence() throws IOException {
        JsonNode json = new ObjectMapper().readTree(Samples.rolledBack().json());
        JsonNode container = json.at("/evidence/pods/0/containers/0");
        assertThat(json.path("outcome").asText()).isEqualTo("rolled-back");
        assertThat(json.path("restored").asInt()).isEqualTo(7);
        assertThat(json.path("aftermath").asText()).isEqualTo("Revision 7 serves again");
        assertThat(container.path("exitCode").asInt()).isEqualTo(3);
        assertThat(container.path("log")).hasSize(8);
        assertThat(container.path("previousLog").get(1).asText()).isEqualTo("the run before");
        assertThat(json.at("/evidence/events/1/reason").asText()).isEqualTo("BackOff");
        assertThat(json.at("/changes/0/fields/1").toString())
                .isEqualTo("{\"path\":\"spec.replicas\",\"before\":\"2\",\"after\":\"3\"}");
        assertThat(json.at("/changes/2/type").asText()).isEqualTo("add");
        assertThat(json.at("/risks/0/kind").asText()).isEqualTo("memory-below-use");
        assertThat(json.at("/drift/0/fields/0/before").asText()).isEqualTo("5");
        assertThat(json.at("/warnings/0").asText()).isEqualTo("The LoadBalancer has no address yet");
    }

    @Test
    @DisplayName("has stars in the place of a secret that the run knows, wherever it was said")
    void masked() {
        assertThat(Samples.rolledBack().json()).contains("password ****").doesNotContain(Samples.SECRET);
    }

    @Test
    @DisplayName("that cannot be written is a warning, and no failure")
    void unwritable() throws IOException {
        Path file = folder.resolve("file");
        java.nio.file.Files.writeString(file, "in the way");
        assertThat(ReportFile.write(file.resolve("deployment.json"), "{}"))
                .hasValueSatisfying(
                        warning -> assertThat(warning).startsWith("The report ").contains("could not be written"));
    }

    private JsonNode failed() throws IOException {
        FakeTime time = new FakeTime();
        Journal journal = new Journal(time, line -> {}, line -> {});
        journal.begin("release", "x").done("y");
        journal.found(Fact.REVISION, "7");
        journal.begin("rollout", "x");
        time.upTo(Duration.ofSeconds(3), Deadline.in(Duration.ofSeconds(9), time));
        Path file = folder.resolve("gke/deployment.json");
        DeploymentReport report = DeploymentReport.of(
                Outcome.FAILED,
                Optional.of(new DeployFailure(FailureCode.ROLLOUT_TIMED_OUT, "1/2", "dev", "look")),
                new DeploymentReport.Subject(
                        Optional.of("ml"), Optional.of("dev"), Optional.of("ml-service"), Optional.empty()),
                journal,
                Instant.EPOCH,
                Instant.EPOCH);
        assertThat(ReportFile.write(file, report.json())).isEmpty();
        return new ObjectMapper().readTree(file.toFile());
    }
}
