package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Helm binary")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the programs of this test are shell scripts")
class CliHelmLookupTest {
    @TempDir
    Path temp;

    private Path program(String folder, String script) throws IOException {
        Path file = Files.createDirectories(temp.resolve(folder)).resolve("helm");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private String version(Optional<Path> executable, String path) {
        try (CliHelm helm = new CliHelm(
                temp.resolve("private"), executable, line -> {}, Charts.NOBODY, Map.of("PATH", path, "SECRET", "x"))) {
            return helm.version();
        }
    }

    private DeployFailure failing(Optional<Path> executable, String path) {
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> version(executable, path));
        assertThat(failure.code()).isEqualTo(FailureCode.HELM_UNAVAILABLE);
        assertThat(failure.tryThis()).contains("gke.helm.executable");
        return failure;
    }

    @Test
    @DisplayName("is the first on the PATH, unless one is named")
    void found() throws IOException {
        Path first = program("a", "echo v4.3.1+g0b16b31");
        Path second = program("b", "echo v3.22.0");
        String path = temp.resolve("none") + ":" + first.getParent() + ":" + second.getParent();
        assertThat(version(Optional.empty(), path)).isEqualTo("Helm 4.3.1, " + first);
        assertThat(version(Optional.of(second), path)).isEqualTo("Helm 3.22.0, " + second);
    }

    @Test
    @DisplayName("that is not there, is another program, or is too new is said to be that")
    void notFound() throws IOException {
        assertThat(failing(Optional.empty(), temp.toString()).what()).isEqualTo("There is no helm on the PATH");
        assertThat(failing(Optional.of(temp.resolve("gone")), "").what()).startsWith("Helm could not be started");
        assertThat(failing(Optional.of(program("c", "echo hello; exit 3")), "").what())
                .isEqualTo("This is no Helm: it answers 'version --short' with exit code 3");
        assertThat(failing(Optional.of(program("d", "echo v5.0.0")), "").what())
                .isEqualTo("This is Helm 5; Helm 3 and Helm 4 are supported");
    }

    @Test
    @DisplayName("sees a scrubbed environment and no input")
    void environment() throws IOException {
        Path seen = temp.resolve("seen");
        version(Optional.of(program("e", "env > " + seen + "; cat >> " + seen + "; echo v3.22.0")), "/usr/bin:/bin");
        assertThat(Files.readString(seen))
                .contains("HOME=" + temp, "PATH=/usr/bin:/bin")
                .doesNotContain("SECRET");
    }
}
