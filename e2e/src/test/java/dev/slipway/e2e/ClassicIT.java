package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@EndToEnd
@Order(5)
@DisplayName("The classic tools")
class ClassicIT {
    private final Workshop workshop;

    ClassicIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @Order(1)
    @DisplayName("-Pdocker: Docker builds and pushes an image that deploys the same way")
    void docker() {
        Run run = workshop.checkout()
                .mvn("deploy -Plocal,docker")
                .verified()
                .variable("DOCKER_HOST", workshop.engine().host())
                .succeeds();

        assertThat(run.text())
                .contains("dockerfile-maven-plugin")
                .contains("Skipping containerization because jib-maven-plugin: skip = true");
        JsonNode report = workshop.checkout().report("deploy-dev");
        assertThat(report.path("outcome").asText()).isEqualTo("deployed");
        String image = report.path("image").asText();
        assertThat(workshop.registry().images()).containsValue(image.substring(image.indexOf('@') + 1));
        answers(run);
    }

    @Test
    @Order(2)
    @DisplayName("-Phelm: Helm 3 and Helm 4 lint and package a chart that deploys the same way")
    void helm() throws IOException {
        for (HelmBinary helm : workshop.helms()) {
            Run run = workshop.checkout()
                    .mvn("deploy -Plocal,helm")
                    .verified()
                    .path(helm.folder())
                    .succeeds();

            assertThat(run.text()).contains("helm-maven-plugin");
            answers(run);
        }
        try (Stream<Path> files = Files.walk(workshop.checkout().file("chart/target"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".tgz"))).isNotEmpty();
        }
    }

    @Test
    @Order(3)
    @DisplayName("both Helm binaries read the release: list, history, manifest, and helm test passes")
    void releaseIsHelms() {
        JsonNode report = workshop.checkout().report("deploy-prod");
        String namespace = report.path("namespace").asText();
        String release = report.path("release").asText();
        String digest = report.path("image").asText();
        for (HelmBinary helm : workshop.helms()) {
            JsonNode listed = helm.json("list", "-n", namespace).path(0);
            assertThat(listed.path("name").asText()).isEqualTo(release);
            assertThat(listed.path("status").asText()).isEqualTo("deployed");
            assertThat(listed.path("revision").asInt())
                    .isEqualTo(report.path("revision").asInt());
            assertThat(helm.json("history", release, "-n", namespace)).isNotEmpty();
            assertThat(helm.text("get", "manifest", release, "-n", namespace))
                    .contains("kind: Deployment")
                    .contains(digest.substring(digest.indexOf("sha256:")));
            assertThat(helm.text("test", release, "-n", namespace)).containsIgnoringCase("succeeded");
        }
    }

    private static void answers(Run run) {
        assertThat(new Service(run.url()).predict("{\"features\":[50,0]}")).contains("\"prediction\":[");
    }
}
