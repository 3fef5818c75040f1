package dev.slipway.gke.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.secret.PrivateFolder;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Helm binary, 3 or 4. Its releases are like those of {@link EmbeddedHelm}: applied by the client unless the release was begun
 * otherwise, never waited for, with the whole history kept.
 */
public final class CliHelm extends HelmEngine {
    private static final Pattern VERSION = Pattern.compile("v?(?<version>(?<major>\\d+)\\.\\d+(\\.\\d+)?[^\\s+]*).*");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Optional<Path> named;
    private @Nullable Binary binary;

    /**
     * A Helm that was found.
     *
     * @param path the executable
     * @param version as it says itself
     * @param major 3 or 4
     */
    private record Binary(Path path, String version, int major) {}

    /**
     * Runs nothing yet.
     *
     * @param privateFolder where it may make a folder of its own, for its owner's eyes only
     * @param executable the binary; empty for the first {@code helm} on the {@code PATH}
     * @param debug takes a line of what Helm prints beside its answers, masked
     * @param accounts by the registry's host and port, for charts that are in one
     */
    public CliHelm(
            Path privateFolder,
            Optional<Path> executable,
            Consumer<String> debug,
            Function<String, Optional<RegistryCredentials>> accounts) {
        this(privateFolder, executable, debug, accounts, System.getenv());
    }

    /** {@code environment}: that of this process; Helm gets little of it. */
    CliHelm(
            Path privateFolder,
            Optional<Path> executable,
            Consumer<String> debug,
            Function<String, Optional<RegistryCredentials>> accounts,
            Map<String, String> environment) {
        super(privateFolder, debug, accounts, environment);
        this.named = executable;
    }

    @Override
    public synchronized String version() {
        Binary found = binary();
        return "Helm " + found.version() + ", " + found.path();
    }

    @Override
    String lintText(Path chart) throws HelmException {
        Output output = run(List.of("lint", chart.toString()), OFFLINE);
        // It ends with 1 when it finds errors: then they are in what it printed.
        if (output.status() != 0 && !output.out().contains("[ERROR]")) {
            throw failed(output);
        }
        return findingsOnly(output.out());
    }

    /** Without the lines about the findings: which chart it is, and how many there are. */
    private static String findingsOnly(String out) {
        return String.join(
                "\n",
                out.lines()
                        .filter(line -> !line.startsWith("==> ") && !line.contains(" chart(s) linted"))
                        .toList());
    }

    @Override
    Rendering rendering(Request request, Optional<Connection> connection, boolean exists, PrivateFolder work)
            throws HelmException {
        if (connection.isPresent()) {
            List<String> command = change(request, connection.get(), exists);
            command.add("--dry-run=server");
            command.addAll(List.of("--output", "json"));
            return release(succeed(command, DRY_RUN));
        }
        List<String> command = new ArrayList<>(
                List.of("template", request.release(), request.chart().toString()));
        command.addAll(List.of("--namespace", request.namespace()));
        request.values().forEach(file -> command.addAll(List.of("--values", file.toString())));
        List<KubeObject> objects = RenderProbe.objects(request.plan().chart().location(), succeed(command, OFFLINE));
        Path folder = Files.isDirectory(request.chart())
                ? request.chart()
                : ChartFiles.unpack(request.chart(), work.folder("unpacked"));
        return RenderProbe.rendering(ChartFiles.id(folder), objects, "");
    }

    @Override
    void releaseNow(Request request, Connection connection, boolean exists, Duration limit) throws HelmException {
        List<String> command = change(request, connection, exists);
        command.addAll(List.of("--timeout", Math.max(1, limit.toSeconds()) + "s", "--output", "json"));
        succeed(command, limit.plus(MARGIN));
    }

    private List<String> change(Request request, Connection connection, boolean exists) throws HelmException {
        List<String> command = new ArrayList<>(List.of(
                exists ? "upgrade" : "install",
                request.release(),
                request.chart().toString()));
        command.addAll(cluster(connection, request.namespace()));
        request.values().forEach(file -> command.addAll(List.of("--values", file.toString())));
        command.addAll(List.of("--description", request.plan().description()));
        if (exists) {
            // Without any values of its own, an upgrade would silently take those of the revision before.
            command.addAll(List.of("--reset-values", "--history-max", "0"));
        }
        if (binary().major() >= 4) {
            command.add(exists ? "--server-side=auto" : "--server-side=false");
        }
        return command;
    }

    @Override
    void testNow(Connection connection, String namespace, String release, Duration limit) throws HelmException {
        List<String> command = new ArrayList<>(List.of("test", release));
        command.addAll(cluster(connection, namespace));
        command.addAll(List.of("--timeout", Math.max(1, limit.toSeconds()) + "s"));
        succeed(command, limit.plus(MARGIN));
    }

    @Override
    void uninstallNow(Connection connection, String namespace, String release, Duration limit) throws HelmException {
        List<String> command = new ArrayList<>(List.of("uninstall", release));
        command.addAll(cluster(connection, namespace));
        command.addAll(List.of("--timeout", Math.max(1, limit.toSeconds()) + "s"));
        succeed(command, limit.plus(MARGIN));
    }

    @Override
    void packageNow(Path chart, Path destination) throws HelmException {
        succeed(List.of("package", chart.toString(), "--destination", destination.toString()), OFFLINE);
    }

    @Override
    String fetchNow(String reference, boolean plain, Path destination) throws HelmException {
        List<String> command = new ArrayList<>(List.of("pull", reference, "--destination", destination.toString()));
        if (plain) {
            command.add("--plain-http");
        }
        Output output = run(command, OFFLINE);
        if (output.status() != 0) {
            throw failed(output);
        }
        return output.out() + output.err();
    }

    private static List<String> cluster(Connection connection, String namespace) {
        return List.of("--kubeconfig", connection.kubeconfig().toString(), "--namespace", namespace);
    }

    private static Rendering release(String json) throws HelmException {
        JsonNode release;
        try {
            // Helm 3 prints warnings of the cluster before the document.
            release = JSON.readTree(json.substring(Math.max(0, json.indexOf('{'))));
        } catch (JsonProcessingException e) {
            throw new HelmException("Helm's answer is no JSON: " + e.getOriginalMessage());
        }
        JsonNode metadata = release.path("chart").path("metadata");
        ChartId chart = new ChartId(
                metadata.path("name").asText(""), metadata.path("version").asText(""));
        List<KubeObject> hooks = new ArrayList<>();
        for (JsonNode hook : release.path("hooks")) {
            hooks.addAll(RenderProbe.objects(
                    hook.path("path").asText(""), hook.path("manifest").asText("")));
        }
        return new Rendering(
                chart,
                new Manifest(RenderProbe.objects(
                        chart.toString(), release.path("manifest").asText(""))),
                new Manifest(hooks),
                release.path("info").path("notes").asText("").strip());
    }

    private Binary binary() {
        Binary known = binary;
        if (known == null) {
            known = probe(named.orElseGet(this::search));
            binary = known;
        }
        return known;
    }

    private Path search() {
        String name = File.separatorChar == '\\' ? "helm.exe" : "helm";
        String path = environment.getOrDefault("PATH", "");
        return Stream.of(path.split(Pattern.quote(File.pathSeparator), -1))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder).resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(() -> unavailable("There is no " + name + " on the PATH", "PATH", null));
    }

    private Binary probe(Path path) {
        try {
            Output output = run(path, List.of("version", "--short"), Duration.ofSeconds(30));
            Matcher matcher = VERSION.matcher(output.out().strip());
            if (output.status() != 0 || !matcher.matches()) {
                throw unavailable(
                        "This is no Helm: it answers 'version --short' with exit code " + output.status(),
                        path.toString(),
                        null);
            }
            int major = Integer.parseInt(matcher.group("major"));
            if (major != 3 && major != 4) {
                throw unavailable("This is Helm " + major + "; Helm 3 and Helm 4 are supported", path.toString(), null);
            }
            return new Binary(path, matcher.group("version"), major);
        } catch (HelmException e) {
            throw unavailable("This Helm does not answer: " + e.words(), path.toString(), e);
        }
    }

    private static DeployFailure unavailable(String what, String where, @Nullable Throwable cause) {
        return new DeployFailure(
                FailureCode.HELM_UNAVAILABLE,
                what,
                where,
                "Name a Helm 3 or 4 binary with -Dgke.helm.executable=PATH, or use -Dgke.helm.engine=embedded",
                cause);
    }

    /**
     * How a run of Helm ended.
     *
     * @param status its exit code
     * @param out what it printed
     * @param err what it said beside
     */
    private record Output(int status, String out, String err) {}

    private String succeed(List<String> arguments, Duration limit) throws HelmException {
        Output output = run(arguments, limit);
        if (output.status() != 0) {
            throw failed(output);
        }
        return output.out();
    }

    private static HelmException failed(Output output) {
        String error = output.err()
                .lines()
                .dropWhile(line -> !line.startsWith("Error: "))
                .reduce((one, other) -> one + "\n" + other)
                .orElse(output.err().isBlank() ? output.out() : output.err());
        return new HelmException(error.isBlank() ? "exit code " + output.status() : error);
    }

    private Output run(List<String> arguments, Duration limit) throws HelmException {
        return run(binary().path(), arguments, limit);
    }

    private Output run(Path executable, List<String> arguments, Duration limit) throws HelmException {
        boolean leashed = Leash.holds(arguments);
        List<String> command = new ArrayList<>(leashed ? Leash.SHELL : List.of());
        command.add(executable.toString());
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(home.path().toFile());
        builder.environment().clear();
        builder.environment().putAll(ScrubbedEnvironment.of(environment, home.path()));
        home.folder("tmp");
        Process process;
        try {
            process = builder.start();
            if (!leashed) {
                process.getOutputStream().close();
            }
        } catch (IOException e) {
            throw unavailable("Helm could not be started: " + e.getMessage(), executable.toString(), e);
        }
        Drain out = new Drain(process.getInputStream());
        Drain err = new Drain(process.getErrorStream());
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                end(process);
                throw HelmException.tooSlow(limit);
            }
            Output output = new Output(process.exitValue(), out.text(), err.text());
            output.err().lines().forEach(this::overhear);
            return output;
        } catch (InterruptedException e) {
            end(process);
            throw DeployFailure.interrupted("waiting for Helm", e);
        }
    }

    /** By a polite signal first: Helm then writes down that the release has failed. */
    private static void end(Process process) {
        process.destroy();
        try {
            if (process.waitFor(5, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** One of the outputs of a process, read to its end so that the process never waits for us. */
    private static final class Drain {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread reader;

        Drain(InputStream stream) {
            reader = new Thread(
                    () -> {
                        try (stream) {
                            stream.transferTo(bytes);
                        } catch (IOException e) {
                            // A process that was ended has said what it had to say.
                        }
                    },
                    "helm output");
            reader.setDaemon(true);
            reader.start();
        }

        String text() throws InterruptedException {
            reader.join(5000);
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
