package dev.slipway.gke.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;

/** Files of a report. That one cannot be written is told, and is never the reason why a deployment fails. */
public final class ReportFile {
    private ReportFile() {}

    /**
     * Writes the file, whole or not at all, making its folder if need be.
     *
     * @return why it could not be, as a warning
     */
    public static Optional<String> write(Path file, String text) {
        Path target = file.toAbsolutePath();
        Path half = target.resolveSibling(target.getFileName() + ".part");
        try {
            Files.createDirectories(target.getParent());
            Files.writeString(half, text);
            Files.move(half, target, StandardCopyOption.REPLACE_EXISTING);
            return Optional.empty();
        } catch (IOException e) {
            delete(half);
            return Optional.of(warning(file, e));
        }
    }

    /** Appends to the file, as the summary of a CI's step is. */
    public static Optional<String> append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(warning(file, e));
        }
    }

    /** Takes an earlier run's file away, so that nobody takes it for this run's. */
    public static void delete(Path file) {
        try {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(file);
            }
        } catch (IOException stays) {
            // Then writing over it will fail too, and that is told.
        }
    }

    /** {@return how many bytes the file has; 0 if there is none} */
    public static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException none) {
            return 0;
        }
    }

    private static String warning(Path file, IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        boolean full = why.toLowerCase(Locale.ROOT).contains("no space left");
        return full
                ? "The disk is full, so " + file + " could not be written: make room"
                : "The report " + file + " could not be written: " + why;
    }
}
