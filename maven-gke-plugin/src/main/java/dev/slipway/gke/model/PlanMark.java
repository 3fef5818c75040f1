package dev.slipway.gke.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a saved plan is held to when it is applied.
 *
 * @param cluster what the cluster is, whatever its address
 * @param namespace where the release goes
 * @param release its name
 * @param revision the newest revision when the plan was made; 0 if there was none
 * @param inputs fingerprint of chart, values, image and the API server's version; empty if the same inputs may give something else
 * @param manifest SHA-256 of the objects that the release is to have
 * @param drift SHA-256 of what somebody else had changed by then
 */
public record PlanMark(
        String cluster, String namespace, String release, int revision, String inputs, String manifest, String drift) {

    /** {@return SHA-256 of what was changed by hand, in whatever order} */
    public static String drift(List<ObjectChange> drift) {
        String lines = drift.stream()
                .map(change -> change.type() + " " + change.object() + " " + change.fields())
                .sorted()
                .collect(Collectors.joining("\n"));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
