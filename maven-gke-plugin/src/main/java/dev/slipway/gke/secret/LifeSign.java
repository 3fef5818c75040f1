package dev.slipway.gke.secret;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/**
 * A locked file in the folder of a run. The kernel lets go of the lock when the process ends, however it ends; so a folder whose
 * file can be locked is one that a killed run has left. This holds across containers that share the folder, where process ids say
 * nothing.
 */
final class LifeSign implements AutoCloseable {
    private static final String FILE = "alive";

    /** Of a system property, which all class loaders of a JVM share: a JVM must not even open its own files again, or the lock is gone. */
    private static final String OURS = "gke-maven-plugin.folder.";

    private final Path folder;
    private final FileChannel channel;

    private LifeSign(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Gives one to a new folder. */
    static LifeSign in(Path folder, FileAttribute<?>... mode) throws IOException {
        System.setProperty(OURS + folder, "alive");
        FileChannel channel = FileChannel.open(
                folder.resolve(FILE), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode);
        try {
            channel.lock();
            // Whoever finds the file empty knows that it is not locked yet.
            channel.write(StandardCharsets.UTF_8.encode("A run of gke-maven-plugin is at work\n"));
            return new LifeSign(folder, channel);
        } catch (IOException e) {
            channel.close();
            System.clearProperty(OURS + folder);
            throw e;
        }
    }

    /** Deletes the folders of runs that are no more. What cannot be looked at or deleted stays: it is not what this run is for. */
    static void sweep(Path parent, String prefix) {
        if (!Files.isDirectory(parent)) {
            return;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, prefix + "*")) {
            for (Path found : folders) {
                Path folder = found.toRealPath(LinkOption.NOFOLLOW_LINKS);
                if (isLeft(folder)) {
                    PrivateFolder.delete(folder);
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return;
        }
    }

    private static boolean isLeft(Path folder) {
        Path sign = folder.resolve(FILE);
        if (System.getProperty(OURS + folder) != null
                || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || !Files.isRegularFile(sign, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(sign, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            return lock != null && channel.size() > 0;
        } catch (IOException | OverlappingFileLockException e) {
            // Another user's, or already swept by another run.
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock is gone at the latest when this process is.
            return;
        } finally {
            System.clearProperty(OURS + folder);
        }
    }
}
