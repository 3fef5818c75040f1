package dev.slipway.gke.mojo;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder of this run alone, readable by its owner, gone when the run ends: also when it ends by Ctrl-C. */
final class PrivateFolder implements AutoCloseable {
    private final Path path;
    private final Thread hook;

    PrivateFolder() {
        try {
            // POSIX: created with mode 0700.
            path = Files.createTempDirectory("gke-maven-plugin-");
        } catch (IOException e) {
            throw new DeployFailure(
                    FailureCode.INTERNAL,
                    "No private folder can be made: " + e.getMessage(),
                    String.valueOf(System.getProperty("java.io.tmpdir")),
                    "Make room there, or point Maven at another folder with MAVEN_OPTS=-Djava.io.tmpdir=FOLDER",
                    e);
        }
        hook = new Thread(this::delete, "delete " + path);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is running already and does the same.
        }
    }

    private void delete() {
        try {
            Files.walkFileTree(path, new Deleter());
        } catch (IOException e) {
            // Nothing more can be done; a later run sweeps nothing that is not its own.
        }
    }

    private static final class Deleter extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
