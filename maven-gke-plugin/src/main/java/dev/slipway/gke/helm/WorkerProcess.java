package dev.slipway.gke.helm;

import com.fasterxml.jackson.core.JsonFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.jni.HelmLib;
import com.marcnuri.helm.jni.NativeLibrary;
import com.sun.jna.Native;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.secret.PrivateFolder;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The owner's side of the worker JVM (see {@link HelmWorker}): starts it, asks it one thing at a time, ends it. Helm has a JVM of
 * its own because its library takes the signal handlers of its process, reads the environment, prints to the process's own
 * output, can end the process by a panic, and leaves 98 MB in the temporary folder.
 */
final class WorkerProcess implements AutoCloseable {
    private static final String TRY_CLI =
            "Install Helm 3 or 4 and use it instead: -Dgke.helm.engine=cli, and -Dgke.helm.executable=PATH if it is not on the PATH";

    /** How long a call may go on after it was given up: Helm without hooks needs a second to write down what became of it. */
    private static final Duration CANCELLED = Duration.ofSeconds(3);

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Process process;
    private final Path temporary;
    private final BufferedWriter requests;

    /** What it answers; an empty one when there will be none any more. */
    private final BlockingQueue<Optional<Map<String, List<String>>>> answers = new LinkedBlockingQueue<>();

    private int lastId;
    private volatile boolean ended;
    private @Nullable String starting;
    private volatile @Nullable String version;

    private WorkerProcess(Process process, Path temporary, Consumer<String> debug) {
        this.process = process;
        this.temporary = temporary;
        this.requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        thread("helm worker's words", () -> drain(process.getErrorStream(), debug));
        thread("helm worker's answers", () -> {
            drain(process.getInputStream(), line -> receive(line, debug));
            answers.add(Optional.empty());
        });
    }

    /**
     * Starts the JVM; Helm's library is loaded by its first request.
     *
     * @param folder its home, its working folder, and where its temporary files are
     * @param environment the environment of this process, of which it gets little
     * @param debug what it prints, secrets and all
     */
    static WorkerProcess start(PrivateFolder folder, Map<String, String> environment, Consumer<String> debug) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Path temporary = folder.folder("tmp");
        command.addAll(List.of(
                "-Xms16m",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Djava.io.tmpdir=" + temporary,
                "-Djna.tmpdir=" + temporary,
                "-Djna.nosys=true",
                "-Duser.home=" + folder.path(),
                "-Dfile.encoding=UTF-8",
                // Without this, a missing native jar would be downloaded unverified, and loaded.
                "-Dcom.marcnuri.jkube-helm.skipRemoteJar=true"));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", classPath(), HelmWorker.class.getName()));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.path().toFile());
        builder.environment().clear();
        builder.environment().putAll(ScrubbedEnvironment.of(environment, folder.path()));
        try {
            return new WorkerProcess(builder.start(), temporary, debug);
        } catch (IOException e) {
            throw unavailable("The JVM that Helm runs in could not be started: " + e.getMessage(), e);
        }
    }

    /** Begins to load Helm's library, and does not wait for it. */
    synchronized void begin() {
        if (starting == null && version == null) {
            starting = send(Map.of("op", List.of("start")));
        }
    }

    /** {@return the version of Helm's library, when it is loaded} */
    synchronized String begun(Duration limit) throws HelmException {
        if (version == null) {
            String id = starting == null ? send(Map.of("op", List.of("start"))) : starting;
            version = answer(id, limit);
            starting = null;
        }
        return version;
    }

    /** {@return what Helm said} */
    synchronized String ask(Map<String, List<String>> request, Duration limit) throws HelmException {
        begun(limit);
        return answer(send(request), limit);
    }

    private String send(Map<String, List<String>> request) {
        String id = Integer.toString(++lastId);
        Map<String, List<String>> message = new LinkedHashMap<>(request);
        message.put("id", List.of(id));
        try {
            requests.write(Wire.line(message));
            requests.newLine();
            requests.flush();
        } catch (IOException e) {
            throw died(e);
        }
        return id;
    }

    private String answer(String id, Duration limit) throws HelmException {
        Optional<Map<String, List<String>>> line;
        try {
            line = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // The worker sees its input end, and goes when Helm has ended; which is not waited for long.
            endInput();
            end(CANCELLED);
            throw DeployFailure.interrupted("waiting for Helm", e);
        }
        if (line == null) {
            ended = true;
            end(Duration.ZERO);
            throw HelmException.tooSlow(limit);
        }
        Map<String, List<String>> answer = line.orElseThrow(() -> died(null));
        if (!answer.getOrDefault("id", List.of()).equals(List.of(id))) {
            throw unavailable("The JVM that Helm runs in answered another question than the one asked", null);
        }
        if (answer.containsKey("no-room")) {
            throw PrivateFolder.unusable(
                    temporary, new IOException(answer.get("no-room").get(0)));
        }
        if (answer.containsKey("unavailable")) {
            throw unavailable(
                    "Helm's library for " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                            + " could not be loaded: "
                            + answer.get("unavailable").get(0),
                    null);
        }
        if (answer.containsKey("error")) {
            throw new HelmException(answer.get("error").get(0));
        }
        return answer.getOrDefault("out", List.of("")).get(0);
    }

    /** {@return whether it can be asked} */
    boolean alive() {
        return !ended && process.isAlive();
    }

    /** {@return its process id, for tests} */
    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        endInput();
        // One that was never used has nothing to bring to an end.
        end(version == null ? Duration.ZERO : CLOSING);
    }

    /** Gives it that long to go by itself. Afterwards it does nothing to the cluster any more. */
    private void end(Duration grace) {
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void endInput() {
        ended = true;
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroyForcibly();
        }
    }

    private DeployFailure died(@Nullable IOException cause) {
        ended = true;
        String exit = "its output was closed";
        try {
            if (process.waitFor(5, TimeUnit.SECONDS)) {
                exit = "exit code " + process.exitValue();
            } else {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw DeployFailure.interrupted("waiting for Helm", e);
        }
        return unavailable("The JVM that Helm runs in ended unexpectedly, " + exit, cause);
    }

    private static DeployFailure unavailable(String what, @Nullable Throwable cause) {
        return new DeployFailure(FailureCode.HELM_UNAVAILABLE, what, "Helm, embedded", TRY_CLI, cause);
    }

    private void receive(String line, Consumer<String> debug) {
        if (!line.startsWith(Wire.MARK)) {
            if (!line.isBlank()) {
                debug.accept(line);
            }
            return;
        }
        try {
            answers.add(Optional.of(Wire.message(line.substring(Wire.MARK.length()))));
        } catch (IOException e) {
            debug.accept("An answer of the Helm worker could not be read: " + e.getMessage());
            answers.add(Optional.empty());
        }
    }

    private static void drain(InputStream stream, Consumer<String> lines) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.accept(line);
            }
        } catch (IOException e) {
            lines.accept("The Helm worker can be heard no more: " + e.getMessage());
        }
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Where the classes that the worker needs came from in this JVM: a plugin realm, or a test's class path. */
    private static String classPath() {
        List<Class<?>> needed =
                new ArrayList<>(List.of(HelmWorker.class, Helm.class, HelmLib.class, Native.class, JsonFactory.class));
        needed.add(nativeLibrary());
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> type : needed) {
            places.add(place(type));
        }
        return String.join(File.pathSeparator, places);
    }

    /** One native library alone: with several on its class path, helm-java takes the first, whatever machine it is for. */
    private static Class<?> nativeLibrary() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String system =
                os.contains("win") && !os.contains("darwin") ? "windows" : os.contains("mac") ? "darwin" : "linux";
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String machine = system + "." + (arch.equals("aarch64") || arch.equals("arm64") ? "arm64" : "amd64");
        List<Class<?>> found = ServiceLoader.load(NativeLibrary.class, NativeLibrary.class.getClassLoader()).stream()
                .<Class<?>>map(ServiceLoader.Provider::type)
                .toList();
        Optional<Class<?>> fitting = found.stream()
                .filter(type -> type.getPackageName().endsWith("." + machine))
                .findFirst();
        return fitting.orElseThrow(() -> unavailable(
                "There is no embedded Helm for " + machine.replace('.', ' ')
                        + (found.isEmpty()
                                ? ""
                                : ", only for "
                                        + found.stream()
                                                .map(type ->
                                                        type.getPackageName().replaceFirst(".*\\.jni\\.", ""))
                                                .collect(Collectors.joining(", "))),
                null));
    }

    private static String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            throw unavailable("It is not known which file " + type.getName() + " was loaded from", null);
        }
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw unavailable(type.getName() + " was loaded from " + source.getLocation() + ", which is no file", e);
        }
    }
}
