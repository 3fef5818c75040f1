package dev.slipway.gke.failure;

import static java.util.Objects.requireNonNull;

import dev.slipway.gke.model.Changes;
import dev.slipway.gke.model.Evidence;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A goal could not do what it was asked, and says so in three fields: what is so, where, and what to try. Adapters throw it at
 * their boundary, with the foreign exception as the cause; no other exception crosses from an adapter to a step.
 *
 * <p>None of the fields ever holds a secret: whoever makes one names files, objects and hosts, never their secret content.
 */
public final class DeployFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final String what;
    private final String where;
    private final String tryThis;
    // What was seen; not written when the exception is.
    private final transient Evidence evidence;
    private final transient Changes changes;
    private final @Nullable String aftermath;

    public DeployFailure(FailureCode code, String what, String where, String tryThis) {
        this(code, what, where, tryThis, null);
    }

    public DeployFailure(FailureCode code, String what, String where, String tryThis, @Nullable Throwable cause) {
        this(code, what, where, tryThis, cause, Evidence.NONE, Changes.NONE, null);
    }

    private DeployFailure(
            FailureCode code,
            String what,
            String where,
            String tryThis,
            @Nullable Throwable cause,
            Evidence evidence,
            Changes changes,
            @Nullable String aftermath) {
        super(code.code() + ": " + what, cause);
        this.evidence = evidence;
        this.changes = changes;
        this.aftermath = aftermath;
        this.code = requireNonNull(code, "code is null");
        this.what = requireNonNull(what, "what is null");
        this.where = requireNonNull(where, "where is null");
        this.tryThis = requireNonNull(tryThis, "tryThis is null");
    }

    /**
     * {@return the failure of having been interrupted, the thread's interrupt flag set again}
     *
     * @param doing what was being done, such as {@code "watching the rollout"}
     */
    public static DeployFailure interrupted(String doing, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new DeployFailure(
                FailureCode.INTERRUPTED,
                "Interrupted while " + doing,
                "this build",
                "Run the same command again: it continues from what the cluster says, not from where it stopped",
                cause);
    }

    /** {@return the code, the key into {@code docs/failures.md}} */
    public FailureCode code() {
        return code;
    }

    /** {@return what is so, as a sentence without its full stop} */
    public String what() {
        return what;
    }

    /** {@return the file, object, host or cluster that it is about} */
    public String where() {
        return where;
    }

    /** {@return what the user can do about it} */
    public String tryThis() {
        return tryThis;
    }

    /** {@return the same failure, with what the cluster showed} */
    public DeployFailure with(Evidence found) {
        return copy(found, changes, aftermath);
    }

    /** {@return the same failure, with what the deploy changed or would have changed} */
    public DeployFailure with(Changes planned) {
        return copy(evidence, planned, aftermath);
    }

    /**
     * {@return the same failure, with what is so now that it was dealt with}
     *
     * @param now such as {@code revision 7 serves again}
     */
    public DeployFailure withAftermath(String now) {
        return copy(evidence, changes, now);
    }

    private DeployFailure copy(Evidence found, Changes planned, @Nullable String now) {
        DeployFailure copy = new DeployFailure(code, what, where, tryThis, getCause(), found, planned, now);
        copy.setStackTrace(getStackTrace());
        for (Throwable suppressed : getSuppressed()) {
            copy.addSuppressed(suppressed);
        }
        return copy;
    }

    /** {@return what the cluster showed, collected before anything was taken back} */
    public Evidence evidence() {
        return evidence;
    }

    /** {@return what the deploy changed or would have changed} */
    public Changes changes() {
        return changes;
    }

    /** {@return what is so now that the failure was dealt with, such as which revision serves} */
    public Optional<String> aftermath() {
        return Optional.ofNullable(aftermath);
    }
}
