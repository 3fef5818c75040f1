package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.port.ReleaseEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Helm embedded")
class EmbeddedHelmTest extends ReleaseEngineContract {
    @Override
    ReleaseEngine engine(Path folder) {
        return new EmbeddedHelm(folder, overheard::add, System.getenv());
    }

    private EmbeddedHelm embedded() {
        return (EmbeddedHelm) engine;
    }

    @Test
    @DisplayName("starts its worker by the first call only, and ends it by closing")
    void lazy() {
        assertThat(embedded().workerId()).isEmpty();
        assertThat(engine.version()).isEqualTo("Helm 3.21.0, embedded");
        ProcessHandle worker =
                ProcessHandle.of(embedded().workerId().orElseThrow()).orElseThrow();
        engine.version();
        assertThat(embedded().workerId()).contains(worker.pid());
        engine.close();
        assertThat(worker.isAlive()).isFalse();
    }

    @Test
    @DisplayName("leaves no copy of the native library on the disk while it runs")
    void library() throws IOException {
        engine.version();
        try (Stream<Path> files = Files.walk(temp.resolve("private"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".so"))).isEmpty();
        }
    }

    @Test
    @DisplayName("says that its worker died, and with which exit code, and starts another for the next call")
    void died() throws Exception {
        engine.version();
        ProcessHandle worker =
                ProcessHandle.of(embedded().workerId().orElseThrow()).orElseThrow();
        Thread killer = new Thread(() -> {
            worker.destroyForcibly();
        });
        // The first request after the kill is written into a pipe that nobody reads.
        killer.start();
        killer.join();
        worker.onExit().get(10, TimeUnit.SECONDS);
        assertThat(engine.lint(Charts.beacon())).hasSize(1);
        assertThat(embedded().workerId()).isPresent().get().isNotEqualTo(worker.pid());
    }

    @Test
    @DisplayName("gets nothing of the environment that could send it elsewhere")
    void environment() {
        Map<String, String> scrubbed = ScrubbedEnvironment.of(
                Map.of(
                        "PATH", "/bin",
                        "https_proxy", "http://proxy:3128",
                        "HELM_KUBEAPISERVER", "https://elsewhere",
                        "KUBECONFIG", "/elsewhere",
                        "GKE_SA_KEY", "{}",
                        "KUBERNETES_SERVICE_HOST", "10.0.0.1",
                        "HOME", "/root",
                        "JAVA_TOOL_OPTIONS", "-javaagent:x"),
                temp);
        assertThat(scrubbed)
                .containsEntry("PATH", "/bin")
                .containsEntry("https_proxy", "http://proxy:3128")
                .containsEntry("HOME", temp.toString())
                .doesNotContainKeys(
                        "HELM_KUBEAPISERVER",
                        "KUBECONFIG",
                        "GKE_SA_KEY",
                        "KUBERNETES_SERVICE_HOST",
                        "JAVA_TOOL_OPTIONS");
    }

    @Test
    @DisplayName("says that Helm is not available when its JVM cannot load it")
    void unloadable() {
        // A temporary folder that is a file: the library cannot be unpacked.
        WorkerProcess worker = WorkerProcess.start(PrivateFolder.in(temp, "broken"), System.getenv(), overheard::add);
        worker.close();
        DeployFailure failure = catchThrowableOfType(
                DeployFailure.class,
                () -> worker.ask(Map.of("op", List.of("start")), java.time.Duration.ofSeconds(20)));
        assertThat(failure.code()).isEqualTo(FailureCode.HELM_UNAVAILABLE);
        assertThat(failure.what()).contains("exit code 0");
        assertThat(failure.tryThis()).contains("gke.helm.executable");
    }
}
