package dev.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Eclipse without its windows: its Java language server ({@code tools/eclipse-up}), which imports Maven projects by m2e as the IDE does. It
 * runs in a network of its own ({@code tools/no-network}), with a home of its own. An execution of a plugin that m2e is told nothing about
 * is an error here, which is stricter than Eclipse is by itself.
 */
final class Eclipse implements AutoCloseable {
    private static final int SECONDS = 240;
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final int ERROR = 1;
    private static final int SUCCEEDED = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What Eclipse makes of what it was given.
     *
     * @param projects the names of the projects in its workspace, those without Java included
     * @param status what it says of all together: {@code OK} or {@code WARNING}
     * @param built whether its build of all ended without an error
     * @param errors what it marks as errors, {@code FILE: MESSAGE}
     */
    record View(List<String> projects, String status, boolean built, List<String> errors) {}

    private final Process process;
    private final Path work;
    private final OutputStream to;
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> marked = new ConcurrentHashMap<>();
    private final CompletableFuture<String> imported = new CompletableFuture<>();
    private volatile String status = "";
    private volatile long lastMark;
    private int last;

    private Eclipse(Process process, Path work) {
        this.process = process;
        this.work = work;
        to = process.getOutputStream();
        Thread reader = new Thread(this::read, "eclipse");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * {@return Eclipse, with nothing in it yet}
     *
     * @param home what {@code tools/eclipse-up} says
     * @param java the {@code java} that it runs on
     * @param work a folder for its workspace, its home, its temporary files and its log
     * @param noNetwork the tool that cuts it off
     */
    static Eclipse start(Path home, Path java, Path work, Program noNetwork) {
        try {
            for (String folder : List.of("home", "tmp")) {
                Files.createDirectories(work.resolve(folder));
            }
            Checkout.copyTree(home.resolve("configuration"), work.resolve("configuration"));
            Path launcher;
            try (Stream<Path> plugins = Files.list(home.resolve("plugins"))) {
                launcher = plugins.filter(jar -> String.valueOf(jar.getFileName())
                                .matches("org\\.eclipse\\.equinox\\.launcher_.*\\.jar"))
                        .findFirst()
                        .orElseThrow();
            }
            Program program = noNetwork
                    .with("E2E_MVN", java.toString())
                    .with("HOME", work.resolve("home").toString())
                    .and(
                            "-Declipse.application=org.eclipse.jdt.ls.core.id1",
                            "-Declipse.product=org.eclipse.jdt.ls.core.product",
                            "-Dosgi.bundles.defaultStartLevel=4",
                            "-Duser.home=" + work.resolve("home"),
                            "-Djava.io.tmpdir=" + work.resolve("tmp"),
                            "-Xmx1g",
                            "-XX:TieredStopAtLevel=1",
                            "--add-modules=ALL-SYSTEM",
                            "--add-opens=java.base/java.util=ALL-UNNAMED",
                            "--add-opens=java.base/java.lang=ALL-UNNAMED",
                            "-jar",
                            launcher.toString(),
                            "-configuration",
                            work.resolve("configuration").toString(),
                            "-data",
                            work.resolve("workspace").toString());
            ProcessBuilder builder = new ProcessBuilder(program.command())
                    .directory(work.toFile())
                    .redirectError(work.resolve("eclipse.log").toFile());
            builder.environment().clear();
            builder.environment().putAll(program.environment());
            return new Eclipse(builder.start(), work);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Imports folders, offline, and builds them as Eclipse does by itself after an import.
     *
     * @param repository Maven's local repository
     * @param folders each with a POM
     */
    View imports(Path repository, Path... folders) throws IOException {
        Path settings = work.resolve("settings.xml");
        Files.writeString(settings, "<settings><localRepository>" + repository + "</localRepository></settings>");
        List<String> uris = Arrays.stream(folders)
                .map(folder -> folder.toUri().toString().replaceAll("/$", ""))
                .toList();
        JsonNode options = JSON.readTree("""
                {"java": {
                  "import": {"maven": {"enabled": true, "offline": {"enabled": true}}, "gradle": {"enabled": false}},
                  "configuration": {
                    "updateBuildConfiguration": "automatic",
                    "maven": {"userSettings": "SETTINGS", "notCoveredPluginExecutionSeverity": "error", "defaultMojoExecutionAction": "error"}},
                  "autobuild": {"enabled": true}}}""".replace("SETTINGS", settings.toString()));
        call(
                "initialize",
                Map.of(
                        "processId",
                        ProcessHandle.current().pid(),
                        "rootUri",
                        uris.get(0),
                        "capabilities",
                        Map.of("textDocument", Map.of("publishDiagnostics", Map.of())),
                        "initializationOptions",
                        Map.of("workspaceFolders", uris, "settings", options)));
        tell("initialized", Map.of());
        within(imported, "the import");
        boolean built = call("java/buildWorkspace", false).asInt() == SUCCEEDED;
        lastMark = System.nanoTime();
        settle();
        List<String> errors = new ArrayList<>();
        new TreeMap<>(marked)
                .forEach((file, marks) -> marks.forEach(mark -> {
                    if (mark.path("severity").asInt() == ERROR) {
                        errors.add(file + ": " + mark.path("message").asText());
                    }
                }));
        return new View(projects(), status, built, errors);
    }

    /** Marks are told by threads of their own, in no time: two seconds without one are the end of them. */
    private void settle() {
        while (System.nanoTime() - lastMark < QUIET.toNanos()) {
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while Eclipse was at work", e);
            }
        }
    }

    private List<String> projects() throws IOException {
        try (Stream<Path> projects =
                Files.list(work.resolve("workspace/.metadata/.plugins/org.eclipse.core.resources/.projects"))) {
            return projects.map(project -> String.valueOf(project.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private JsonNode call(String method, Object parameters) throws IOException {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        int id;
        synchronized (this) {
            id = ++last;
        }
        answers.put(id, answer);
        send(method, id, parameters);
        JsonNode said = within(answer, method);
        if (said.has("error")) {
            throw new AssertionError(method + ": " + said.path("error"));
        }
        return said.path("result");
    }

    private void tell(String method, Object parameters) throws IOException {
        send(method, null, parameters);
    }

    private <T> T within(CompletableFuture<T> future, String what) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Eclipse was at work", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("Eclipse did not get to the end of " + what + "; its log is in " + work, e);
        }
    }

    private void send(String method, @Nullable Integer id, Object parameters) throws IOException {
        ObjectNode message = JSON.createObjectNode().put("jsonrpc", "2.0");
        if (id != null) {
            message.put("id", id);
        }
        message.put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        write(message);
    }

    private synchronized void write(JsonNode message) throws IOException {
        byte[] body = JSON.writeValueAsBytes(message);
        to.write(("Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        to.write(body);
        to.flush();
    }

    private void read() {
        try (InputStream in = new BufferedInputStream(process.getInputStream())) {
            while (true) {
                int length = 0;
                for (String line = line(in); !line.isEmpty(); line = line(in)) {
                    if (line.startsWith("Content-Length:")) {
                        length = Integer.parseInt(
                                line.substring("Content-Length:".length()).strip());
                    }
                }
                take(JSON.readTree(in.readNBytes(length)));
            }
        } catch (IOException e) {
            // It has ended: whoever waits for something is told.
            imported.completeExceptionally(e);
            answers.values().forEach(answer -> answer.completeExceptionally(e));
        }
    }

    private void take(JsonNode message) throws IOException {
        JsonNode parameters = message.path("params");
        switch (message.path("method").asText()) {
            case "" -> {
                CompletableFuture<JsonNode> waiting =
                        answers.remove(message.path("id").asInt());
                if (waiting != null) {
                    waiting.complete(message);
                }
                return;
            }
            case "textDocument/publishDiagnostics" -> {
                marked.put(parameters.path("uri").asText(), parameters.path("diagnostics"));
                lastMark = System.nanoTime();
            }
            case "language/status" -> {
                switch (parameters.path("type").asText()) {
                    case "ProjectStatus" -> status = parameters.path("message").asText();
                    case "ServiceReady" -> imported.complete(status);
                    default -> {}
                }
            }
            default -> {}
        }
        if (message.has("id")) {
            ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
            answer.set("id", message.path("id"));
            answer.putNull("result");
            write(answer);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("Eclipse has ended");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Ends it; who has called whom in its network is written then. */
    @Override
    public void close() {
        try {
            call("shutdown", Map.of());
            tell("exit", Map.of());
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                // The language server alone, so that the listener around it writes its last lines.
                process.descendants()
                        .filter(program -> program.children().findAny().isEmpty())
                        .forEach(ProcessHandle::destroy);
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    throw new AssertionError("Eclipse does not end; its log is in " + work);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
