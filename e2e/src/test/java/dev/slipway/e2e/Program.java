package dev.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A program to be run to its end, such as git, kubectl or a script of this checkout. Immutable; each {@code with} gives another one. */
record Program(List<String> command, Path folder, Map<String, String> environment, Duration limit) {

    /** What a program said and how it ended. Standard error is among the text. */
    record Result(String command, int exitCode, String text) {
        /** {@return the text, if the exit code is 0} */
        String orThrow() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + " from: " + command + "\n" + text);
            }
            return text;
        }
    }

    Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** {@return a program that runs in the folder of the tests, in an environment without anything ambient, for ten minutes at most} */
    static Program of(String... command) {
        return new Program(List.of(command), Path.of("").toAbsolutePath(), plainEnvironment(), Duration.ofMinutes(10));
    }

    /** {@return this machine's environment without what names a cluster, a registry account, an engine or a key} */
    static Map<String, String> plainEnvironment() {
        Map<String, String> plain = new TreeMap<>(System.getenv());
        plain.keySet()
                .removeIf(name -> name.startsWith("GKE_")
                        || name.startsWith("DOCKER_")
                        || name.startsWith("HELM_")
                        || name.startsWith("KUBE")
                        || name.startsWith("GOOGLE_")
                        || name.startsWith("CLOUDSDK_")
                        || (name.startsWith("MAVEN_") && !name.equals("MAVEN_OPTS"))
                        || name.equals("GITHUB_EVENT_NAME"));
        plain.put("JAVA_HOME", System.getProperty("java.home"));
        return plain;
    }

    /** {@return the same program with more arguments} */
    Program and(String... more) {
        List<String> longer = new ArrayList<>(command);
        longer.addAll(List.of(more));
        return new Program(longer, folder, environment, limit);
    }

    /** {@return the same program in another folder} */
    Program in(Path other) {
        return new Program(command, other, environment, limit);
    }

    /** {@return the same program with one more variable in its environment} */
    Program with(String name, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(name, value);
        return new Program(command, folder, more, limit);
    }

    /** {@return the same program with another limit} */
    Program within(Duration other) {
        return new Program(command, folder, environment, other);
    }

    /** Runs the program. It is killed when its time is up. */
    Result run() {
        Path output = null;
        try {
            // A file and not a pipe: what stays behind (a daemon) may keep it open without keeping us.
            output = Files.createTempFile("slipway-e2e-", ".out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("not done within " + limit + ": " + line() + "\n" + read(output));
            }
            return new Result(line(), process.exitValue(), read(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + line(), e);
        } finally {
            delete(output);
        }
    }

    /** Runs the program and gives its text; fails if its exit code is not 0. */
    String text() {
        return run().orThrow();
    }

    private String line() {
        return String.join(" ", command);
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static void delete(@org.jspecify.annotations.Nullable Path file) {
        if (file == null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
