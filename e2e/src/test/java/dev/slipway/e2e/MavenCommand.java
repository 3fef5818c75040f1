package dev.slipway.e2e;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.maven.shared.invoker.DefaultInvocationRequest;
import org.apache.maven.shared.invoker.DefaultInvoker;
import org.apache.maven.shared.invoker.InvocationRequest;
import org.apache.maven.shared.invoker.InvocationResult;
import org.apache.maven.shared.invoker.MavenInvocationException;
import org.jspecify.annotations.Nullable;

/**
 * A Maven command as a user types it, and what the tests add to it: the address of the emulator, or that the unit tests of the
 * copy have passed already. Each run's output is kept as {@code e2e/target/logs/NN-command.log}.
 */
final class MavenCommand {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");
    private static final Pattern MODULE = Pattern.compile("\\[INFO\\] Building (.+?)\\s+(\\[\\d+/\\d+\\])");

    private final Path folder;
    private final Path logs;
    private final String documented;
    private String filled;
    private final List<String> more = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>(Program.plainEnvironment());
    private @Nullable Path executable;
    private final Path repository;

    /**
     * @param folder where it is typed
     * @param logs folder of the logs
     * @param repository the local repository
     * @param documented the command without the word mvn, such as {@code deploy -Plocal}
     */
    MavenCommand(Path folder, Path logs, Path repository, String documented) {
        this.repository = repository;
        this.folder = folder;
        this.logs = logs;
        this.documented = documented;
        this.filled = documented;
    }

    /** Puts what is meant in the place of a word of the documents, such as FOLDER. */
    MavenCommand fill(String word, String meant) {
        filled = filled.replace(word, meant);
        return this;
    }

    /** Adds arguments that a user would not need. */
    MavenCommand with(String... arguments) {
        more.addAll(Arrays.asList(arguments));
        return this;
    }

    /** Leaves out what {@code mvn verify} has found right of the very same tree: its tests, its format, the rules of its POMs. */
    MavenCommand verified() {
        return with("-DskipTests", "-Dspotless.skip", "-Denforcer.skip");
    }

    /** Sets a variable of the environment. */
    MavenCommand variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Sets variables of the environment. */
    MavenCommand variables(Map<String, String> values) {
        environment.putAll(values);
        return this;
    }

    /** Puts a folder first on the PATH. */
    MavenCommand path(Path first) {
        return variable("PATH", first + ":" + environment.get("PATH"));
    }

    /** Runs another program in place of {@code mvn}, with the same arguments. */
    MavenCommand through(Path program) {
        executable = program;
        return this;
    }

    /** Runs it and fails unless Maven says BUILD SUCCESS. */
    Run succeeds() {
        Run run = run();
        if (run.exitCode() != 0) {
            throw new AssertionError("mvn " + documented + " failed (" + run.log() + "):\n" + run.errors());
        }
        Commands.ran("mvn " + documented);
        return run;
    }

    /** Runs it and fails if Maven says BUILD SUCCESS. */
    Run fails() {
        Run run = run();
        if (run.exitCode() == 0) {
            throw new AssertionError("mvn " + documented + " should have failed, and did not (" + run.log() + ")");
        }
        return run;
    }

    /** Starts it and does not wait, so that it can be watched or cut short. */
    Running start() {
        Path log = newLog();
        List<String> command = new ArrayList<>();
        command.add(Workshop.property("e2e.mavenHome") + "/bin/mvn");
        command.add("-B");
        command.add("-Dmaven.repo.local=" + repository);
        command.addAll(List.of(filled.split(" ", -1)));
        command.addAll(more);
        try {
            open(log).close();
            return Running.start("mvn " + documented, command, folder, environment, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path newLog() {
        Narrator.say("mvn " + documented + (more.isEmpty() ? "" : "   (with " + String.join(" ", more) + ")"));
        return logs.resolve(
                String.format("%02d-%s.log", COUNT.incrementAndGet(), documented.replaceAll("[^A-Za-z0-9]+", "-")));
    }

    private Run run() {
        String typed = "mvn " + documented;
        Path log = newLog();
        long began = System.nanoTime();
        List<Run.Line> lines = Collections.synchronizedList(new ArrayList<>());
        try (BufferedWriter writer = open(log)) {
            InvocationResult result = invoker().execute(request(line -> {
                String plain = plain(line);
                lines.add(new Run.Line(Instant.now(), plain));
                synchronized (writer) {
                    writer.write(plain);
                    writer.newLine();
                    writer.flush();
                }
                Matcher module = MODULE.matcher(plain);
                if (module.find()) {
                    Narrator.say("    " + module.group(2) + " " + module.group(1));
                }
            }));
            if (result.getExecutionException() != null) {
                throw new AssertionError("could not run " + typed, result.getExecutionException());
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            Narrator.say("    " + (result.getExitCode() == 0 ? "success" : "exit code " + result.getExitCode())
                    + " after " + Narrator.clock(took) + "   " + log.getFileName());
            return new Run(typed, result.getExitCode(), lines, log, took);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MavenInvocationException e) {
            throw new AssertionError("could not run " + typed, e);
        }
    }

    /** {@return what Maven printed, without colours} */
    static String plain(String line) {
        return COLOUR.matcher(line).replaceAll("");
    }

    private BufferedWriter open(Path log) throws IOException {
        Files.createDirectories(logs);
        BufferedWriter writer = Files.newBufferedWriter(log, StandardCharsets.UTF_8);
        writer.write("$ mvn " + documented + " " + String.join(" ", more));
        writer.newLine();
        return writer;
    }

    private DefaultInvoker invoker() {
        DefaultInvoker invoker = new DefaultInvoker();
        invoker.setMavenHome(Path.of(Workshop.property("e2e.mavenHome")).toFile());
        if (executable != null) {
            invoker.setMavenExecutable(executable.toFile());
        }
        return invoker;
    }

    private InvocationRequest request(org.apache.maven.shared.invoker.InvocationOutputHandler handler) {
        InvocationRequest request = new DefaultInvocationRequest();
        request.setBaseDirectory(folder.toFile());
        request.setJavaHome(Path.of(System.getProperty("java.home")).toFile());
        request.setBatchMode(true);
        request.setShellEnvironmentInherited(false);
        environment.forEach(request::addShellEnvironment);
        List<String> arguments = new ArrayList<>(List.of(filled.split(" ", -1)));
        arguments.addAll(more);
        request.addArgs(arguments);
        request.setLocalRepositoryDirectory(repository.toFile());
        request.setTimeoutInSeconds(Math.toIntExact(LIMIT.toSeconds()));
        request.setOutputHandler(handler);
        request.setErrorHandler(handler);
        return request;
    }
}
