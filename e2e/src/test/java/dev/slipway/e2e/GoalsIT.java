package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@EndToEnd
@Order(2)
@DisplayName("Between two deploys")
class GoalsIT {
    private final Workshop workshop;

    GoalsIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @Order(1)
    @DisplayName("gke:doctor finds nothing wrong, and says what it looked at")
    void doctor() {
        Run run = goal("gke:doctor");

        assertThat(run.text()).contains("JDK").contains("registry").contains("rights");
        assertThat(file("doctor.json")).exists();
    }

    @Test
    @Order(2)
    @DisplayName("gke:plan says what a deploy would change, on the console and on a page, and changes nothing")
    void plan() {
        String before = revision();

        goal("gke:plan");

        assertThat(file("plan.json")).exists();
        assertThat(file("plan.html")).exists();
        assertThat(revision()).isEqualTo(before);
    }

    @Test
    @Order(3)
    @DisplayName("gke:logs prints what the pods have said")
    void logs() {
        assertThat(goal("gke:logs").text()).contains("ml-service-");
    }

    @Test
    @Order(4)
    @DisplayName("gke:verify asks the service, and runs the chart's tests")
    void verify() {
        assertThat(goal("gke:verify").text()).contains("\"prediction\":[");
    }

    @Test
    @Order(5)
    @DisplayName("gke:rollback brings back the revision before, it answers, and target/gke tells of it")
    void rollback() {
        int before = Integer.parseInt(revision());

        goal("gke:rollback");

        JsonNode report = workshop.checkout().report("deploy-dev");
        assertThat(report.path("outcome").asText()).isEqualTo("restored");
        assertThat(report.path("revision").asInt()).isEqualTo(before + 1);
        assertThat(report.path("restored").asInt()).isBetween(1, before - 1);
        assertThat(report.path("image").asText()).contains("@sha256:");
        assertThat(report.path("steps")).isNotEmpty();
        assertThat(file("deployment.html")).content().contains("is back at an earlier revision");
        assertThat(Integer.parseInt(revision())).isEqualTo(before + 1);
        JsonNode status = status();
        assertThat(status.path("revision").asInt()).isEqualTo(before + 1);
    }

    private Run goal(String goal) {
        return workshop.checkout().mvn(goal + " -Plocal -pl deploy-dev").succeeds();
    }

    private Path file(String name) {
        return workshop.checkout().file("deploy-dev/target/gke/" + name);
    }

    private JsonNode status() {
        goal("gke:status");
        assertThat(Files.exists(file("status.json"))).isTrue();
        return workshop.checkout().json("deploy-dev/target/gke/status.json");
    }

    private String revision() {
        return Integer.toString(status().path("revision").asInt());
    }
}
