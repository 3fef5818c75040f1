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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A folder that its owner alone can look into, gone when it is closed. */
public final class PrivateFolder implements AutoCloseable {
    private final Path path;
    private final Optional<LifeSign> alive;

    private PrivateFolder(Path path, Optional<LifeSign> alive) {
        this.path = path;
        this.alive = alive;
    }

    /**
     * {@return a new folder in {@code parent} for what one run keeps there} A run that is killed cannot take its folder away; the
     * next one with the same parent and purpose does.
     *
     * @param purpose what the folder's name begins with, for example {@code gke-maven-plugin}
     */
    public static PrivateFolder ofRun(Path parent, String purpose) {
        LifeSign.sweep(parent, purpose + "-");
        PrivateFolder folder = in(parent, purpose);
        try {
            return new PrivateFolder(
                    folder.path, Optional.of(LifeSign.in(folder.path, mode(folder.path, "rw-------"))));
        } catch (IOException e) {
            folder.close();
            throw unusable(parent, e);
        }
    }

    /** {@return a new folder in {@code parent}} */
    public static PrivateFolder in(Path parent, String purpose) {
        try {
            Files.createDirectories(parent);
            Path path = Files.createTempDirectory(parent, purpose + "-", mode(parent, "rwx------"))
                    .toRealPath();
            return new PrivateFolder(path, Optional.empty());
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
        alive.ifPresent(LifeSign::close);
        delete(path);
    }

    static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
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
                public FileVisitResult postVisitDirectory(Path inner, @Nullable IOException e) throws IOException {
                    Files.deleteIfExists(inner);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            folder.toFile().deleteOnExit();
        }
    }

    /** {@return what to throw when a folder of ours cannot be used} */
    public static DeployFailure unusable(Path folder, IOException cause) {
        return new DeployFailure(
                FailureCode.TEMPORARY_FOLDER,
                "A file or folder for this run could not be made: "
                        + Optional.ofNullable(cause.getMessage()).orElse(cause.toString()),
                "the temporary folder " + folder,
                "Make room there, or name another folder: MAVEN_OPTS=-Djava.io.tmpdir=FOLDER",
                cause);
    }

    private static FileAttribute<?>[] mode(Path folder, String mode) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
