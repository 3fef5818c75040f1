package dev.slipway.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Looks several times a second at the command line of every process of this machine, which everybody can read, for a secret. */
final class CommandLines implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    private final Predicate<String> secret;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Set<String> leaks = ConcurrentHashMap.newKeySet();
    private final Thread watcher;

    /** @param secret whether a text holds one */
    CommandLines(Predicate<String> secret) {
        this.secret = secret;
        watcher = new Thread(this::watch, "command-lines");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** {@return the command lines so far that were not the same} */
    Set<String> seen() {
        return Set.copyOf(seen);
    }

    /** {@return those that held a secret} */
    Set<String> leaks() {
        return Set.copyOf(leaks);
    }

    private void watch() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                lookOnce();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOnce() {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .filter(folder ->
                            Character.isDigit(folder.getFileName().toString().charAt(0)))
                    .map(CommandLines::read)
                    .filter(seen::add)
                    .filter(secret)
                    .forEach(leaks::add);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** {@return the command line of a process, its words separated by spaces; empty if it has ended} */
    static String read(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            // Ended meanwhile.
            return "";
        }
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
