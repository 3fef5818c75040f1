package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.port.Grip;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts right what a deploy has left half done that died: the revision that is pending for ever is marked as failed, and any Helm
 * can upgrade the release again. Done with the lock in hand, so the deploy that began it is not alive, if it was one of ours.
 *
 * @param <I> what is known before, and after
 */
public final class RecoverRelease<I> implements Step<I, I> {
    /** Longer than any Helm is given. */
    static final Duration ABANDONED = Duration.ofHours(1);

    /** A Helm whose owner was killed may go on for so long. */
    static final Duration GRACE = Duration.ofSeconds(20);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final ReleaseHistory history;
    private final ReleaseName release;
    private final Grip grip;
    private final boolean allowed;
    private final Pause pause;
    private final Clock clock;
    private final Function<? super I, Site> site;

    /**
     * Recovers.
     *
     * @param allowed {@code gke.recover}
     * @param site where the release is, from what is known before
     */
    public RecoverRelease(
            ReleaseHistory history,
            ReleaseName release,
            Grip grip,
            boolean allowed,
            Pause pause,
            Clock clock,
            Function<? super I, Site> site) {
        this.history = history;
        this.release = release;
        this.grip = grip;
        this.allowed = allowed;
        this.pause = pause;
        this.clock = clock;
        this.site = site;
    }

    @Override
    public I run(I input, Progress progress) {
        Site place = site.apply(input);
        Optional<Release> newest = newest(place);
        Optional<Release> pending = newest.filter(release -> release.status().pending());
        if (pending.isEmpty()) {
            grip.previous().ifPresent(dead -> tell(died(dead) + unfinished(newest), progress));
            return input;
        }
        Optional<String> dead = deadOwner(pending.get());
        if (dead.isEmpty() || !allowed) {
            throw busy(place, pending.get(), dead);
        }
        Optional<Release> still = settled(place, pending.get(), progress);
        int revision = pending.get().revision();
        if (still.isPresent()) {
            history.markFailed(place.connection(), still.get(), "Its deploy died; recovered by gke-maven-plugin");
            record(revision).ifPresent(record -> grip.record(record.in(RevisionRecord.State.FAILED)));
        }
        tell(
                dead.get() + ": revision " + revision
                        + still.map(release -> " was " + release.status() + " and is marked as failed now")
                                .orElse(" was ended by its own Helm"),
                progress);
        return input;
    }

    private static void tell(String recovered, Progress progress) {
        progress.found(Progress.Fact.LOCK, recovered);
        progress.warn(recovered);
    }

    /** {@return what the dead deploy has left that is not pending} */
    private String unfinished(Optional<Release> newest) {
        return newest.flatMap(release -> record(release.revision()))
                .filter(record -> record.state() == RevisionRecord.State.PENDING)
                .map(record -> ": nobody has seen revision " + record.revision() + " come up")
                .orElse(": it had nothing half done");
    }

    private static String died(Holder dead) {
        return "Recovered from the deploy of " + dead.owner() + ", begun " + dead.since()
                + ", which died: last heard of " + dead.renewed();
    }

    private Optional<Release> newest(Site place) {
        return history.revisions(place.connection(), place.namespace(), release).stream()
                .findFirst();
    }

    /** {@return why nobody is at work on it, if that is certain} */
    private Optional<String> deadOwner(Release pending) {
        Optional<RevisionRecord> ours = record(pending.revision());
        if (ours.isPresent()) {
            RevisionRecord record = ours.get();
            return Optional.of(grip.previous()
                    .map(RecoverRelease::died)
                    .orElseGet(() -> "Recovered from the deploy of " + record.who() + " on " + record.host()
                            + record.run().map(run -> ", " + run).orElse("") + ", begun " + record.at()
                            + ", which ended without saying how"));
        }
        Duration age = Duration.between(pending.deployedAt(), clock.instant());
        return age.compareTo(ABANDONED) > 0
                ? Optional.of("Recovered from somebody's Helm that was begun " + age.toMinutes() + " minutes ago")
                : Optional.empty();
    }

    private Optional<RevisionRecord> record(int revision) {
        return grip.records().stream()
                .filter(record -> record.revision() == revision)
                .findFirst();
    }

    /** {@return the revision if it is still pending when no Helm of the dead owner can be at work any more} */
    private Optional<Release> settled(Site place, Release pending, Progress progress) {
        Duration since = grip.previous()
                .map(Holder::renewed)
                .map(renewed -> Duration.between(renewed, clock.instant()))
                .filter(age -> !age.isNegative())
                .orElse(grip.previous().isPresent() ? Duration.ZERO : GRACE);
        Duration left = GRACE.minus(since);
        if (left.isNegative() || left.isZero()) {
            return Optional.of(pending);
        }
        Deadline deadline = Deadline.in(left, clock);
        Progress.Line line = progress.begin(
                "helm", "of the deploy that died may still be at work: up to " + (left.toSeconds() + 1) + " s");
        Optional<Release> still = Optional.of(pending);
        while (still.isPresent() && !deadline.passed()) {
            pause.upTo(LOOK_AGAIN, deadline);
            still = newest(place).filter(release -> release.status().pending());
            line.update("waits " + deadline.left().toSeconds() / 5 * 5 + " s more");
        }
        line.done(still.isPresent() ? "is not at work any more" : "has come to its end");
        return still;
    }

    private DeployFailure busy(Site place, Release pending, Optional<String> dead) {
        Instant since = pending.deployedAt();
        return new DeployFailure(
                FailureCode.RELEASE_BUSY,
                "Revision " + pending.revision() + " of " + release + " is " + pending.status() + " since " + since
                        + dead.map(why -> ": its deploy died")
                                .orElse(": a Helm that is not of this plugin is at work on it, or died at it"),
                "namespace " + place.namespace() + " on " + place.connection().cluster(),
                dead.isPresent()
                        ? "Allow it to be put right: without -Dgke.recover=never it is"
                        : "Wait for that Helm. If there is none, run `helm rollback " + release + " -n "
                                + place.namespace() + "`, or `helm uninstall` if revision 1 never came up; after an "
                                + "hour it is put right by itself");
    }
}
