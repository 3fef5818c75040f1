package dev.slipway.gke.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.gke.failure.DeployFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The private folder of a run")
class PrivateFolderTest {
    private static final String PURPOSE = "gke-maven-plugin";

    @TempDir
    Path parent;

    @Test
    @DisplayName("is gone when the run has ended, with all that was in it")
    void goneAtTheEnd() throws IOException {
        try (PrivateFolder folder = PrivateFolder.ofRun(parent, PURPOSE)) {
            folder.file("kubeconfig", "token: canary");
            folder.inner("deeper").file("values.yaml", "a: 1");
        }

        assertThat(entries()).isEmpty();
    }

    @Test
    @DisplayName("is taken away by the next run when the run was killed")
    void sweptAfterKill() throws IOException, InterruptedException {
        Process run = start();
        Path left = folderOf(run);
        run.destroyForcibly().waitFor();
        assertThat(left.resolve("kubeconfig")).exists();

        try (PrivateFolder next = PrivateFolder.ofRun(parent, PURPOSE)) {
            assertThat(left).doesNotExist();
            assertThat(entries()).containsExactly(next.path());
        }
    }

    @Test
    @DisplayName("is left alone by other runs as long as its own goes on, in this JVM and in others")
    void aliveIsLeftAlone() throws IOException, InterruptedException {
        Process other = start();
        try (PrivateFolder first = PrivateFolder.ofRun(parent, PURPOSE)) {
            Path theirs = folderOf(other);
            first.file("kubeconfig", "token: canary");
            for (int run = 0; run < 2; run++) {
                PrivateFolder.ofRun(parent, PURPOSE).close();
            }
            // Another JVM sweeps as well, and must find the lock of this one still held.
            Process third = start();
            folderOf(third);
            third.destroyForcibly().waitFor();

            assertThat(first.path().resolve("kubeconfig")).exists();
            assertThat(theirs.resolve("kubeconfig")).exists();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    @DisplayName("and nothing of others is touched: no folder without the sign of a run, and nothing behind a link")
    void othersAreLeftAlone() throws IOException, InterruptedException {
        Path unsigned = Files.createDirectory(parent.resolve(PURPOSE + "-mine"));
        Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("alive"), "not of a run\n");
        Path link = Files.createSymbolicLink(parent.resolve(PURPOSE + "-link"), elsewhere);

        PrivateFolder.ofRun(parent, PURPOSE).close();

        assertThat(entries()).containsExactlyInAnyOrder(unsigned, elsewhere, link);
        assertThat(elsewhere.resolve("alive")).exists();
    }

    @Test
    @DisplayName("cannot be made where there is a file in its place, and that is GKE-903")
    void unusable() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");

        assertThatThrownBy(() -> PrivateFolder.ofRun(file, PURPOSE))
                .isInstanceOfSatisfying(DeployFailure.class, failure -> {
                    assertThat(failure.code().code()).isEqualTo("GKE-903");
                    assertThat(failure.where()).contains(file.toString());
                    assertThat(failure.tryThis()).contains("java.io.tmpdir");
                });
    }

    private Stream<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.toList().stream();
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RunThatHangs.class.getName(),
                        parent.toString(),
                        PURPOSE)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Path folderOf(Process run) throws IOException {
        return Path.of(
                new BufferedReader(new InputStreamReader(run.getInputStream(), StandardCharsets.UTF_8)).readLine());
    }
}
