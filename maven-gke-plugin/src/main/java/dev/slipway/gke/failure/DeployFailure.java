package dev.slipway.gke.failure;

import static java.util.Objects.requireNonNull;

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

    public DeployFailure(FailureCode code, String what, String where, String tryThis) {
        this(code, what, where, tryThis, null);
    }

    public DeployFailure(FailureCode code, String what, String where, String tryThis, @Nullable Throwable cause) {
        super(code.code() + ": " + what, cause);
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
}
