package dev.slipway.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reads again and again, while builds go on, every temporary file that they have. */
final class TemporaryFiles implements AutoCloseable {
    private static final long PAUSE_MILLIS = 50;

    /** Helm's library is larger; nothing that a build writes of its own is. */
    private static final long LARGEST = 8 << 20;

    private final Path folder;
    private final Predicate<String> secret;
    private final Set<String> read = ConcurrentHashMap.newKeySet();
    private final Set<String> leaks = ConcurrentHashMap.newKeySet();
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final Thread watcher;

    /**
     * Begins to look.
     *
     * @param folder where the builds have their temporary files
     * @param secret whether a text holds one
     */
    TemporaryFiles(Path folder, Predicate<String> secret) {
        this.folder = folder;
        this.secret = secret;
        watcher = new Thread(this::watch, "temporary-files");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** {@return the names of the files that were read so far} */
    Set<String> read() {
        return Set.copyOf(read);
    }

    /** {@return the names of those that held a secret} */
    Set<String> leaks() {
        return Set.copyOf(leaks);
    }

    /** {@return the names of those that held a secret and were in no folder that is its owner's alone} */
    Set<String> openLeaks() {
        return Set.copyOf(open);
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
        try (Stream<Path> files = Files.walk(folder)) {
            files.forEach(this::look);
        } catch (IOException | java.io.UncheckedIOException e) {
            // A folder that is gone meanwhile; the next look is soon.
            return;
        }
    }

    private void look(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                return;
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            String name = folder.relativize(file).toString();
            read.add(name);
            if (secret.test(text)) {
                leaks.add(name);
                Path top = folder.resolve(folder.relativize(file).getName(0));
                if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(top))
                        .endsWith("------")) {
                    open.add(name);
                }
            }
        } catch (IOException e) {
            // Gone meanwhile.
            return;
        }
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
