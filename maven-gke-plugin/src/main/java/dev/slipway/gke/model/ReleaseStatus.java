package dev.slipway.gke.model;

import java.util.Arrays;

/** The status of a revision, in Helm's words. */
public enum ReleaseStatus {
    DEPLOYED("deployed"),
    SUPERSEDED("superseded"),
    FAILED("failed"),
    UNINSTALLED("uninstalled"),
    UNINSTALLING("uninstalling"),
    PENDING_INSTALL("pending-install"),
    PENDING_UPGRADE("pending-upgrade"),
    PENDING_ROLLBACK("pending-rollback"),
    UNKNOWN("unknown");

    private final String word;

    ReleaseStatus(String word) {
        this.word = word;
    }

    /** {@return the status for Helm's word; {@link #UNKNOWN} for a word that Helm may learn one day} */
    public static ReleaseStatus of(String word) {
        return Arrays.stream(values())
                .filter(status -> status.word.equals(word))
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** {@return whether an operation of somebody's is under way, or died on its way} */
    public boolean pending() {
        return word.startsWith("pending-") || this == UNINSTALLING;
    }

    /** {@return Helm's word} */
    @Override
    public String toString() {
        return word;
    }
}
