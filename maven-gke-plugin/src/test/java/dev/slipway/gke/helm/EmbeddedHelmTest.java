package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.port.ReleaseEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisplayName("Helm embedded")
class EmbeddedHelmTest extends ReleaseEngineContract {
    @Override
    ReleaseEngine engine(Path folder, Function<String, Optional<RegistryCredentials>> accounts) {
        return new EmbeddedHelm(folder, overheard::add, accounts, poisoned());
    }

    private EmbeddedHelm embedded() {
        return (EmbeddedHelm) engine;
    }

    private ProcessHandle worker() {
        engine.version();
        return ProcessHandle.of(embedded().workerId().orElseThrow()).orElseThrow();
    }

    @Test
    @DisplayName("starts its worker by the first call only, leaves no library on the disk, and ends it by closing")
    void lazy() throws IOException {
        ProcessHandle worker;
        try (EmbeddedHelm helm = new EmbeddedHelm(temp.resolve("own"), overheard::add, Charts.NOBODY, poisoned())) {
            assertThat(helm.workerId()).isEmpty();
            assertThat(helm.version()).isEqualTo("Helm 3.21.0, embedded");
            worker = ProcessHandle.of(helm.workerId().orElseThrow()).orElseThrow();
            helm.version();
            assertThat(helm.workerId()).contains(worker.pid());
            try (Stream<Path> files = Files.walk(temp.resolve("own"))) {
                assertThat(files.filter(file -> file.toString().endsWith(".so")))
                        .isEmpty();
            }
        }
        assertThat(worker.isAlive()).isFalse();
    }

    @Test
    @DisplayName("prepares in the background: at once, once, and gone at once if nobody needed it")
    void prepare() {
        long pid;
        try (EmbeddedHelm helm = new EmbeddedHelm(temp.resolve("own"), overheard::add, Charts.NOBODY, poisoned())) {
            helm.prepare();
            pid = helm.workerId().orElseThrow();
            assertThat(helm.version()).isEqualTo("Helm 3.21.0, embedded");
            assertThat(helm.workerId()).contains(pid);
        }
        try (EmbeddedHelm unused = new EmbeddedHelm(temp.resolve("own"), overheard::add, Charts.NOBODY, poisoned())) {
            unused.prepare();
            pid = unused.workerId().orElseThrow();
        }
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(temp.resolve("own")).isEmptyDirectory();
    }

    @Test
    @DisplayName("is not cut off by a Ctrl-C at the terminal, before and after Helm took the signals for itself")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
    void controlC() throws Exception {
        ProcessHandle worker = worker();
        for (int i = 0; i < 2; i++) {
            Process kill = new ProcessBuilder("kill", "-INT", Long.toString(worker.pid())).start();
            assertThat(kill.waitFor()).isZero();
            engine.render(Charts.plan(Charts.beacon(), List.of(), Map.of()));
            assertThat(embedded().workerId()).contains(worker.pid());
        }
    }

    @Test
    @DisplayName("says that its worker died, and with which exit code, and starts another for the next call")
    void died() throws IOException {
        ProcessHandle worker = worker();
        // An API server that takes the connection and never says a word: the call is under way when the worker dies.
        try (ServerSocket silent = new ServerSocket(0)) {
            Thread killer = new Thread(() -> {
                try (Socket call = silent.accept()) {
                    assertThat(call.isConnected() && worker.destroyForcibly()).isTrue();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            killer.start();
            DeployFailure failure = catchThrowableOfType(
                    DeployFailure.class,
                    () -> engine.render(
                            connection(silent.getLocalPort()),
                            Charts.plan(Charts.beacon(), List.of(), Map.of()),
                            false));
            assertThat(failure.code()).isEqualTo(FailureCode.HELM_UNAVAILABLE);
            assertThat(failure.what()).isEqualTo("The JVM that Helm runs in ended unexpectedly, exit code 137");
            assertThat(failure.tryThis()).contains("gke.helm.executable");
        }
        assertThat(engine.lint(Charts.beacon())).hasSize(1);
        assertThat(embedded().workerId()).isPresent().get().isNotEqualTo(worker.pid());
    }

    @Test
    @DisplayName("does not outlive its owner, even if that one is killed without warning")
    void orphaned() throws Exception {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        temp.resolve("orphaned").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = owner.inputReader()) {
            String line = out.readLine();
            ProcessHandle worker = ProcessHandle.of(Long.parseLong(line)).orElseThrow();
            assertThat(worker.isAlive()).isTrue();
            owner.destroyForcibly();
            worker.onExit().get(20, TimeUnit.SECONDS);
            assertThat(worker.isAlive()).isFalse();
        } finally {
            owner.destroyForcibly();
        }
    }

    /** A program that starts a worker, tells its process id, and waits for ever. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] arguments) throws InterruptedException {
            EmbeddedHelm helm = new EmbeddedHelm(Path.of(arguments[0]), line -> {}, Charts.NOBODY, System.getenv());
            helm.version();
            System.out.println(helm.workerId().orElseThrow());
            Thread.sleep(600_000);
        }
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
}
