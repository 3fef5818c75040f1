package dev.slipway.gke.secret;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** A folder that its owner alone can look into, gone when it is closed. */
public final class PrivateFolder implements AutoCloseable {
    private final Path path;

    private PrivateFolder(Path path) {
        this.path = path;
    }

    /** {@return a new folder in {@code parent}} */
    public static PrivateFolder in(Path parent, String purpose) {
        try {
            Files.createDirectories(parent);
            Path path = Files.createTempDirectory(parent, purpose + "-", mode(parent, "rwx------"))
                    .toRealPath();
            return new PrivateFolder(path);
        } catch (IOException e) {
            throw unusable(parent, e);
        }
    }

    /** {@return where it is} */
    public Path path() {
        return path;
    }

    /** {@return a folder in it, made if it is not there} */
    public Path folder(String name) {
        try {
            return Files.createDirectories(path.resolve(name));
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /** {@return a new folder in this one} */
    public PrivateFolder inner(String purpose) {
        return in(path, purpose);
    }

    /** {@return a file with that text, readable by its owner alone} */
    public Path file(String name, String text) {
        Path file = path.resolve(name);
        try {
            Files.createFile(file, mode(path, "rw-------"));
            return Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /** Deletes the folder. What cannot be deleted stays, in a folder that is its owner's alone. */
    @Override
    public void close() {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
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
            });
        } catch (IOException e) {
            path.toFile().deleteOnExit();
        }
    }

    /** {@return what to throw when a folder of ours cannot be used} */
    public static DeployFailure unusable(Path folder, IOException cause) {
        return new DeployFailure(
                FailureCode.INTERNAL,
                "A private folder could not be used: " + cause.getMessage(),
                folder.toString(),
                "Look whether the disk is full, or point java.io.tmpdir to a folder that can be written to",
                cause);
    }

    private static FileAttribute<?>[] mode(Path folder, String mode) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
