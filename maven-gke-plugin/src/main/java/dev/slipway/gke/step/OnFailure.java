package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleaseStatus;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RevisionRecord.State;
import dev.slipway.gke.port.Diagnostics;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.port.Serves;
import dev.slipway.gke.progress.Progress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Does what is inside; if that fails after something was released, collects the evidence first, and then brings back the last good
 * revision, or marks the one that failed and leaves it. The failure that comes out is the one that happened, with the evidence and
 * with what is so now.
 *
 * @param <I> what is known before
 * @param <O> what is known after
 */
public final class OnFailure<I, O> implements Step<I, O> {
    /** The way back gets what is left of the time for all, and at least this. */
    static final Duration WAY_BACK = Duration.ofMinutes(2);

    /** An interrupted build is given little time by whoever interrupts it. */
    static final Duration INTERRUPTED = Duration.ofSeconds(8);

    /** Of that, how long a Helm that is at work gets to end by itself, and what a restore needs at least. */
    private static final Duration HELM_ENDS = Duration.ofSeconds(3);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final int LONGEST_WHY = 200;

    private final Tools tools;
    private final boolean rollback;
    private final Deadline whole;
    private final Function<? super I, Attempt> attempt;
    private final Step<I, O> inner;

    /**
     * What it works with.
     *
     * @param history the revisions of the release
     * @param diagnostics collects the evidence
     * @param serves sees what runs
     * @param ledger what is noted of the revisions
     * @param restore the way back
     * @param pause waiting
     * @param clock time
     */
    public record Tools(
            ReleaseHistory history,
            Diagnostics diagnostics,
            Serves serves,
            Ledger ledger,
            RestoreRevision restore,
            Pause pause,
            Clock clock) {}

    /**
     * What was about to be done.
     *
     * @param site where
     * @param release to which release
     * @param before the newest revision before
     */
    public record Attempt(Site site, ReleaseName release, Optional<Release> before) {}

    /**
     * Minds a failure.
     *
     * @param rollback whether the last good revision comes back
     * @param whole the time for all of the deploy
     * @param attempt what is attempted, from what is known before
     * @param inner what may fail
     */
    public OnFailure(
            Tools tools, boolean rollback, Deadline whole, Function<? super I, Attempt> attempt, Step<I, O> inner) {
        this.tools = tools;
        this.rollback = rollback;
        this.whole = whole;
        this.attempt = attempt;
        this.inner = inner;
    }

    @Override
    public O run(I input, Progress progress) {
        try {
            return inner.run(input, progress);
        } catch (DeployFailure failure) {
            throw Calm.during(() -> dealt(failure, attempt.apply(input), progress));
        }
    }

    private DeployFailure dealt(DeployFailure failure, Attempt attempted, Progress progress) {
        boolean interrupted = failure.code() == FailureCode.INTERRUPTED;
        Deadline deadline = interrupted
                ? Deadline.in(INTERRUPTED, tools.clock())
                : Deadline.in(longer(whole.left(), WAY_BACK), tools.clock());
        DeployFailure told = failure;
        try {
            List<Release> revisions = revisions(attempted, interrupted);
            int before = attempted.before().map(Release::revision).orElse(0);
            Optional<Release> broken = revisions.stream().findFirst().filter(newest -> newest.revision() > before);
            if (broken.isEmpty()) {
                tools.ledger().ended(before + 1, State.FAILED);
                return failure;
            }
            if (!interrupted) {
                told = new CollectEvidence(tools.diagnostics())
                        .run(CollectEvidence.Failed.of(failure, attempted.site(), broken.get()), progress);
            }
            Optional<Release> good = good(attempted, revisions, broken.get());
            if (tools.ledger().lost()) {
                return told.withAftermath(
                        "Revision " + broken.get().revision() + " was left as it is, because the lock was lost");
            }
            boolean pending = broken.get().status().pending();
            mark(attempted, broken.get(), failure);
            if (!rollback || good.isEmpty()) {
                return told.withAftermath(stays(attempted, broken.get(), revisions));
            }
            RestoreRevision.Order order =
                    new RestoreRevision.Order(attempted.site(), broken.get(), good.get(), deadline);
            if (interrupted) {
                return told.withAftermath(pending ? marked(broken.get()) : hastily(order, progress));
            }
            return back(told, attempted, order, progress);
        } catch (DeployFailure second) {
            told.addSuppressed(second);
            return told.withAftermath(
                    "What serves now is not known: " + second.what() + ". The next deploy looks, and puts it right");
        }
    }

    /** {@return the revisions; of a build that was interrupted, when Helm has ended, or will not in time} */
    private List<Release> revisions(Attempt attempted, boolean interrupted) {
        List<Release> revisions = read(attempted);
        Deadline patience = Deadline.in(HELM_ENDS, tools.clock());
        while (interrupted
                && !patience.passed()
                && !revisions.isEmpty()
                && revisions.get(0).status().pending()) {
            tools.pause().upTo(LOOK_AGAIN, patience);
            revisions = read(attempted);
        }
        return revisions;
    }

    private List<Release> read(Attempt attempted) {
        return tools.history()
                .revisions(attempted.site().connection(), attempted.site().namespace(), attempted.release());
    }

    /**
     * {@return what to go back to: the newest revision that is on record as good and still is what it was; or, where this plugin has
     * never noted anything, the revision that ran when this deploy began}
     */
    private Optional<Release> good(Attempt attempted, List<Release> revisions, Release broken) {
        for (RevisionRecord record : tools.ledger().records()) {
            if (record.state() == State.GOOD && record.revision() < broken.revision()) {
                Optional<Release> kept = revisions.stream()
                        .filter(release -> release.revision() == record.revision())
                        .filter(release -> ManifestHash.of(release).equals(record.manifest()))
                        .findFirst();
                if (kept.isPresent()) {
                    return kept;
                }
            }
        }
        return attempted
                .before()
                .filter(ran -> ran.status() == ReleaseStatus.DEPLOYED)
                .filter(ran -> tools.ledger().of(ran.revision()).isEmpty());
    }

    private void mark(Attempt attempted, Release broken, DeployFailure failure) {
        tools.ledger().ended(broken.revision(), State.FAILED);
        if (broken.status() != ReleaseStatus.FAILED) {
            tools.history().markFailed(attempted.site().connection(), broken, why(failure));
        }
    }

    private DeployFailure back(
            DeployFailure failure, Attempt attempted, RestoreRevision.Order order, Progress progress) {
        int target = order.target().revision();
        // Before the way back, which may take minutes: whoever looks on knows now.
        progress.warn(failure.code().code() + ": " + failure.what());
        try {
            Released released = tools.restore().run(order, progress);
            return failure.withAftermath("Revision " + target + " serves again, as revision " + released.revision());
        } catch (DeployFailure second) {
            if (second.code() == FailureCode.INTERRUPTED) {
                Thread.interrupted();
                failure.addSuppressed(second);
                return failure.withAftermath("The way back to revision " + target
                        + " was interrupted; the next deploy looks, and puts it right");
            }
            return bothFailed(failure, second, attempted, order);
        }
    }

    private DeployFailure bothFailed(
            DeployFailure failure, DeployFailure second, Attempt attempted, RestoreRevision.Order order) {
        String serving;
        try {
            List<Release> revisions = read(attempted);
            serving = serving(attempted, revisions);
            revisions.stream()
                    .filter(release -> release.revision() == order.revision())
                    .findFirst()
                    .ifPresent(restored -> mark(attempted, restored, second));
        } catch (DeployFailure third) {
            failure.addSuppressed(third);
            serving = "what serves now is not known: " + third.what();
        }
        String target = "revision " + order.target().revision();
        DeployFailure both = new DeployFailure(
                FailureCode.ROLLBACK_FAILED,
                failure.what() + " (" + failure.code().code() + "); and the rollback to " + target + " failed too: "
                        + second.what() + "; " + serving,
                failure.where(),
                second.tryThis() + "; then go back with gke:rollback, or deploy what works",
                failure);
        both.addSuppressed(second);
        return both.with(failure.evidence())
                .with(failure.changes())
                .withAftermath("The rollback to " + target + " failed too; " + serving);
    }

    /** Puts the good revision back for want of time without watching it. */
    private String hastily(RestoreRevision.Order order, Progress progress) {
        Duration left = order.deadline().left();
        if (left.compareTo(HELM_ENDS) < 0) {
            return marked(order.newest());
        }
        try {
            Released released = tools.restore().write(order, left, progress);
            return "Revision " + order.target().revision() + " was put back, as revision " + released.revision()
                    + "; the next deploy sees whether it came up";
        } catch (DeployFailure second) {
            return marked(order.newest()) + " (there was no time to go back to revision "
                    + order.target().revision() + ": " + second.what() + ")";
        }
    }

    private static String marked(Release broken) {
        return "Revision " + broken.revision() + " is marked as failed; the next deploy goes on from there";
    }

    private String stays(Attempt attempted, Release broken, List<Release> revisions) {
        String stays = "Revision " + broken.revision() + " stays as it is, marked as failed";
        return rollback
                ? stays + ", because there is no good revision to go back to; the next deploy upgrades it"
                : stays + "; " + serving(attempted, revisions);
    }

    private String serving(Attempt attempted, List<Release> revisions) {
        try {
            return tools.serves()
                    .now(attempted.site().connection(), attempted.site().namespace(), revisions)
                    .toString();
        } catch (DeployFailure unknown) {
            return "what serves now is not known: " + unknown.what();
        }
    }

    private static String why(DeployFailure failure) {
        String line = failure.what().lines().findFirst().orElse("").strip();
        return failure.code().code() + " "
                + (line.length() <= LONGEST_WHY ? line : line.substring(0, LONGEST_WHY) + "…");
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
