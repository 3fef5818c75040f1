package dev.slipway.gke.report;

/** How a deployment ended, or a way back, or the end of a release. */
public enum Outcome {
    /** A new revision runs and answers. */
    DEPLOYED("deployed"),
    /** What runs was the same already; nothing was released. */
    UNCHANGED("unchanged"),
    /** It could not be done; see the failure. */
    FAILED("failed"),
    /** It could not be done, and the last good revision is back. */
    ROLLED_BACK("rolled-back"),
    /** An earlier revision was wanted back, and runs. */
    RESTORED("restored"),
    /** The release was to go, and is gone. */
    UNDEPLOYED("undeployed"),
    /** Somebody ended the build before it was done. */
    INTERRUPTED("interrupted");

    private final String word;

    Outcome(String word) {
        this.word = word;
    }

    /** {@return the word in {@code deployment.json}} */
    @Override
    public String toString() {
        return word;
    }
}
