package dev.slipway.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A Maven build that is going on: it can be listened to, waited for, and cut short. Closing it ends what is left of it. */
final class Running implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final String typed;
    private final Process process;
    private final Path log;
    private final Instant startedAt = Instant.now();
    private final long began = System.nanoTime();
    private final CompletableFuture<Long> ended;
    private final List<Run.Line> lines = new ArrayList<>();
    private final Thread ear;

    private Running(String typed, Process process, Path log) {
        this.typed = typed;
        this.process = process;
        this.log = log;
        ended = process.onExit().thenApply(gone -> System.nanoTime());
        ear = new Thread(this::listen, "hears " + typed);
        ear.setDaemon(true);
        ear.start();
    }

    /** Starts Maven. Its script ends with {@code exec java}, so the process is Maven's own JVM, and signals reach it. */
    static Running start(String typed, List<String> command, Path folder, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Running(typed, builder.start(), log);
    }

    /** Waits until Maven has printed a line in which the pattern is found; fails when Maven has ended, or the time is over. */
    Instant until(Pattern pattern, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (lines) {
            int next = 0;
            while (true) {
                for (; next < lines.size(); next++) {
                    if (pattern.matcher(lines.get(next).text()).find()) {
                        return lines.get(next).at();
                    }
                }
                if (!ear.isAlive() || System.nanoTime() > end) {
                    throw new AssertionError("Maven has not said " + pattern + " within " + limit + ":\n" + log);
                }
                pause();
            }
        }
    }

    /** {@return when it was started} */
    Instant startedAt() {
        return startedAt;
    }

    /** {@return whether it is still going on} */
    boolean alive() {
        return process.isAlive();
    }

    /** Asks it to stop, as Ctrl-C and a CI's Cancel do. */
    Running terminate() {
        Narrator.say("    SIGTERM");
        // By its handle: Process.destroy() also closes our end of its output, and its last words are what we want.
        process.toHandle().destroy();
        return this;
    }

    /** Ends it as {@code kill -9} does: it has no time for anything. */
    Running kill() {
        Narrator.say("    SIGKILL");
        process.toHandle().destroyForcibly();
        return this;
    }

    /** Waits until it has ended. */
    Run end() {
        return end(LIMIT);
    }

    /** Waits until it has ended; fails, and kills it, when it has not within the time. */
    Run end(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                close();
                throw new AssertionError(typed + " has not ended within " + limit + " (" + log + ")");
            }
            Duration took = Duration.ofNanos(ended.join() - began);
            // A child that outlives Maven may keep its output open; what Maven said is here in a moment.
            ear.join(Duration.ofSeconds(2).toMillis());
            Narrator.say("    " + (process.exitValue() == 0 ? "success" : "exit code " + process.exitValue())
                    + " after " + Narrator.clock(took) + "   " + log.getFileName());
            synchronized (lines) {
                return new Run(typed, process.exitValue(), lines, log, took);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + typed, e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.timedWait(lines, 200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while listening to " + typed, e);
        }
    }

    private void listen() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String plain = MavenCommand.plain(line);
                synchronized (lines) {
                    lines.add(new Run.Line(Instant.now(), plain));
                    lines.notifyAll();
                }
                Files.writeString(log, plain + "\n", StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
