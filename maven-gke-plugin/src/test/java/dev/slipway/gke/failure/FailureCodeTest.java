package dev.slipway.gke.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Failure codes")
class FailureCodeTest {
    @Test
    @DisplayName("each has its heading in docs/failures.md, in order, and no heading is without its code")
    void documented() throws IOException {
        List<String> headings = Files.readAllLines(Path.of("../docs/failures.md")).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .toList();
        assertThat(headings)
                .containsExactlyElementsOf(Arrays.stream(FailureCode.values())
                        .map(FailureCode::code)
                        .toList());
    }

    @Test
    @DisplayName("a failure is told by its code and what is so")
    void told() {
        DeployFailure failure =
                new DeployFailure(FailureCode.IMAGE_NOT_FOUND, "There is no image", "docker.io", "Push it");
        assertThat(failure).hasMessage("GKE-301: There is no image");
        assertThat(failure.tryThis()).isEqualTo("Push it");
    }

    @Test
    @DisplayName("an interrupt is passed on")
    void interrupt() {
        DeployFailure failure = DeployFailure.interrupted("waiting", new InterruptedException());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.code()).isEqualTo(FailureCode.INTERRUPTED);
    }
}
