package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that gives credentials, such as {@code gke-gcloud-auth-plugin}. It is run as kubectl runs it
 * (client-go credential plugins, {@code client.authentication.k8s.io}), and not more often than its answer lasts; client-java's
 * own runner runs it for every token, without a limit of time and without {@code KUBERNETES_EXEC_INFO}.
 */
final class ExecCredential implements UserCredentials.Tokens {
    /** Long enough for a token from a slow identity provider; a person does not answer in a build. */
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** A token that ends so soon is as good as ended. */
    private static final Duration MARGIN = Duration.ofSeconds(60);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode exec;
    private final Kubeconfig kubeconfig;
    private final Clock clock;
    private @Nullable JsonNode status;

    /**
     * A client certificate.
     *
     * @param certificate PEM
     * @param key PEM
     */
    record Pair(String certificate, String key) {
        @Override
        public String toString() {
            return "Pair[****]";
        }
    }

    ExecCredential(JsonNode exec, Kubeconfig kubeconfig, Clock clock) {
        this.exec = exec;
        this.kubeconfig = kubeconfig;
        this.clock = clock;
    }

    /** {@return the client certificate, if that is what the program gives} */
    synchronized Optional<Pair> pair() throws IOException {
        JsonNode now = status();
        if (!now.hasNonNull("clientCertificateData")) {
            return Optional.empty();
        }
        return Optional.of(new Pair(
                now.path("clientCertificateData").asText(),
                now.path("clientKeyData").asText()));
    }

    @Override
    public synchronized Optional<String> token() throws IOException {
        return Optional.of(status().path("token").asText()).filter(token -> !token.isEmpty());
    }

    @Override
    public synchronized boolean renew() {
        status = null;
        return true;
    }

    private JsonNode status() throws IOException {
        JsonNode last = status;
        if (last != null && lasts(last)) {
            return last;
        }
        JsonNode fresh = run();
        status = fresh;
        return fresh;
    }

    private boolean lasts(JsonNode last) {
        String end = last.path("expirationTimestamp").asText();
        if (end.isEmpty()) {
            return true;
        }
        try {
            Instant ends = OffsetDateTime.parse(end).toInstant();
            return clock.instant().plus(MARGIN).isBefore(ends);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private JsonNode run() throws IOException {
        String command = exec.path("command").asText();
        List<String> line = new ArrayList<>();
        line.add(command);
        exec.path("args").forEach(argument -> line.add(argument.asText()));
        ProcessBuilder builder = new ProcessBuilder(line);
        exec.path("env")
                .forEach(variable -> builder.environment()
                        .put(
                                variable.path("name").asText(),
                                variable.path("value").asText()));
        builder.environment().put("KUBERNETES_EXEC_INFO", info());
        Path errors = Files.createTempFile("slipway-exec-", ".err");
        try {
            builder.redirectError(errors.toFile());
            return answer(builder, command, errors);
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    private JsonNode answer(ProcessBuilder builder, String command, Path errors) throws IOException {
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw failure(
                    command,
                    "cannot be started: " + e.getMessage(),
                    exec.path("installHint").asText("Install it, or put it on the PATH"));
        }
        try {
            process.getOutputStream().close();
            byte[][] output = new byte[1][];
            Thread reader = new Thread(() -> output[0] = readAll(process.getInputStream()), "slipway-exec");
            reader.setDaemon(true);
            reader.start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw failure(
                        command,
                        "gave no answer in " + LIMIT.toSeconds() + " s",
                        "Run it by hand: does it ask something?");
            }
            reader.join(Duration.ofSeconds(5).toMillis());
            if (process.exitValue() != 0) {
                throw failure(
                        command,
                        "ended with exit code " + process.exitValue() + ": " + lastLine(errors),
                        "Run it by hand, or sign in again");
            }
            JsonNode status =
                    JSON.readTree(output[0] == null ? new byte[0] : output[0]).path("status");
            if (!status.hasNonNull("token") && !status.hasNonNull("clientCertificateData")) {
                throw failure(command, "gave neither a token nor a certificate", "Run it by hand, or sign in again");
            }
            return status;
        } catch (InterruptedException e) {
            throw DeployFailure.interrupted("waiting for " + command, e);
        } finally {
            process.destroyForcibly();
        }
    }

    private String info() {
        ObjectNode info = JSON.createObjectNode();
        info.put("apiVersion", exec.path("apiVersion").asText());
        info.put("kind", "ExecCredential");
        ObjectNode spec = info.putObject("spec");
        spec.put("interactive", false);
        if (exec.path("provideClusterInfo").asBoolean()) {
            spec.set("cluster", kubeconfig.cluster());
        }
        return info.toString();
    }

    private static byte[] readAll(InputStream stream) {
        try (stream) {
            return stream.readNBytes(1 << 20);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private static String lastLine(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        return Redactor.clean(text.substring(text.lastIndexOf('\n') + 1));
    }

    private DeployFailure failure(String command, String what, String tryThis) {
        return new DeployFailure(
                FailureCode.KUBECONFIG_UNUSABLE,
                "The program that gives the credentials, " + command + ", " + what,
                "context " + kubeconfig.context(),
                tryThis);
    }
}
