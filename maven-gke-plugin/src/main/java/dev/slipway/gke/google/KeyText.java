package dev.slipway.gke.google;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a key, from whichever way it was given in.
 *
 * @param json the key file's text
 * @param source where it was found, for people: the variable, or the file
 */
record KeyText(Secret json, String source) {
    static final String VARIABLE = "GKE_SA_KEY";

    /** Real keys have 2.3 KiB. */
    private static final int LARGEST = 64 * 1024;

    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /**
     * Reads JSON, base64 of it, or a path to a file with either.
     *
     * @throws DeployFailure {@code CREDENTIALS_UNREADABLE} if it is none of them, {@code CREDENTIALS_EXPOSED} if others can read
     *     the file
     */
    static KeyText read(Secret given) {
        String text = given.reveal().strip();
        Optional<String> json = json(text);
        if (json.isPresent()) {
            return new KeyText(new Secret(json.get()), VARIABLE);
        }
        Path file = file(text);
        requirePrivate(file, "the service account key");
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(LARGEST + 1);
        } catch (IOException e) {
            throw unreadable("The service account key cannot be read", file.toString(), "Check who owns the file", e);
        }
        if (content.length > LARGEST) {
            throw unreadable(
                    "The file is too large for a service account key", file.toString(), "Name the key's file", null);
        }
        String inFile = new String(content, StandardCharsets.UTF_8).strip();
        return new KeyText(new Secret(json(inFile).orElse(inFile)), file.toString());
    }

    private static Optional<String> json(String text) {
        if (text.startsWith("{")) {
            return Optional.of(text);
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(text.replaceAll("\\s", ""));
            return Optional.of(new String(decoded, StandardCharsets.UTF_8).strip())
                    .filter(inside -> inside.startsWith("{"));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Path file(String text) {
        try {
            Path path = Path.of(text);
            if (Files.isRegularFile(path)) {
                return path.toAbsolutePath().normalize();
            }
        } catch (InvalidPathException e) {
            // Not a path, then; the text may be half a key, so it is not shown.
        }
        boolean shown = text.length() <= 255 && text.endsWith(".json");
        throw unreadable(
                shown
                        ? "There is no file " + text
                        : "It is neither the JSON of a key, nor base64 of it, nor the path of a file that is there",
                VARIABLE,
                "Put the key's JSON into " + VARIABLE + ", or the path of the key's file",
                null);
    }

    /**
     * Refuses a file that others than its owner can read or change.
     *
     * @param what is in it, for people
     * @throws DeployFailure {@code CREDENTIALS_EXPOSED}
     */
    static void requirePrivate(Path file, String what) {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException e) {
            // Windows: its access lists default to the owner.
            return;
        } catch (IOException e) {
            throw unreadable("It cannot be seen who may read " + what, file.toString(), "Check who owns the file", e);
        }
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            throw new DeployFailure(
                    FailureCode.CREDENTIALS_EXPOSED,
                    "Other users of this machine can read or change " + what,
                    file.toString(),
                    "Run: chmod 600 " + file);
        }
    }

    private static DeployFailure unreadable(String what, String where, String tryThis, @Nullable Throwable cause) {
        return new DeployFailure(FailureCode.CREDENTIALS_UNREADABLE, what, where, tryThis, cause);
    }
}
