package dev.slipway.gke.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** A hash over paths and what became of them; the order in which they are told has no say. */
final class ChangeHash {
    private static final int BYTES = 6;

    private final Map<String, String> changes = new TreeMap<>();

    /** Notes a path and its state: mode and content, or that it is gone. */
    void add(String path, String state) {
        changes.put(path, state);
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** {@return 12 hexadecimal digits} */
    String digits() {
        MessageDigest digest = sha256();
        // Neither paths nor states have a NUL, so nothing can slip from one into the other.
        changes.forEach((path, state) -> digest.update((path + "\0" + state + "\0").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
