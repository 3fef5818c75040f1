package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.port.Grip;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.ReleaseLock;
import dev.slipway.gke.port.Workloads;
import dev.slipway.gke.progress.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Does what is inside while the release is ours alone: waits for whoever has it, and lets it go again, however that ends.
 *
 * @param <I> what is known before
 * @param <O> what is known after
 */
public final class HoldLock<I, O> implements Step<I, O> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration SPEAK_AT_LEAST = Duration.ofSeconds(10);

    private final ReleaseLock lock;
    private final Workloads workloads;
    private final Terms terms;
    private final Function<? super I, Site> site;
    private final BiFunction<Grip, Duration, Step<I, O>> inner;

    /**
     * What is locked, by whom.
     *
     * @param release which release
     * @param me who we are
     * @param patience how long to wait for somebody else
     * @param pause waiting
     * @param clock time
     */
    public record Terms(ReleaseName release, Owner me, Duration patience, Pause pause, Clock clock) {}

    /**
     * Locks.
     *
     * @param workloads makes the namespace if it is missing, because the lock lives in it
     * @param site where the release is, from what is known before
     * @param inner what to do with the lock in hand, after having waited for it for so long
     */
    public HoldLock(
            ReleaseLock lock,
            Workloads workloads,
            Terms terms,
            Function<? super I, Site> site,
            BiFunction<Grip, Duration, Step<I, O>> inner) {
        this.lock = lock;
        this.workloads = workloads;
        this.terms = terms;
        this.site = site;
        this.inner = inner;
    }

    @Override
    public O run(I input, Progress progress) {
        Site place = site.apply(input);
        if (!place.exists()) {
            Progress.Line line = progress.begin("namespace", place.namespace().value());
            workloads.create(place.connection(), place.namespace());
            line.done(place.namespace() + " created");
        }
        progress.found(Progress.Fact.OWNER, terms.me().toString());
        Instant start = terms.clock().instant();
        Grip grip = grip(place, progress);
        try {
            Duration waited = Duration.between(start, terms.clock().instant());
            return inner.apply(grip, waited).run(input, progress);
        } finally {
            Calm.during(grip::close);
        }
    }

    private Grip grip(Site place, Progress progress) {
        Deadline patience = Deadline.in(terms.patience(), terms.clock());
        Instant start = terms.clock().instant();
        Instant spoken = start;
        Optional<Progress.Line> line = Optional.empty();
        while (true) {
            ReleaseLock.Claim claim = lock.claim(place.connection(), place.namespace(), terms.release(), terms.me());
            if (claim instanceof ReleaseLock.Held held) {
                Duration waited = Duration.between(start, terms.clock().instant());
                line.ifPresent(open -> open.done(terms.release() + " is ours after " + waited.toSeconds() + " s"));
                return held.grip();
            }
            Holder holder = ((ReleaseLock.Taken) claim).holder();
            Instant now = terms.clock().instant();
            String waiting = "waiting for " + holder.owner() + ", at work since " + holder.since();
            if (patience.passed()) {
                throw locked(place, holder);
            }
            if (line.isEmpty()) {
                line = Optional.of(progress.begin("lock", waiting));
                progress.found(Progress.Fact.LOCK, "waited for " + holder.owner());
            } else if (Duration.between(spoken, now).compareTo(SPEAK_AT_LEAST) >= 0) {
                spoken = now;
                line.get()
                        .update(waiting + " (" + Duration.between(start, now).toSeconds() + " of "
                                + terms.patience().toSeconds() + " s)");
            }
            terms.pause().upTo(LOOK_AGAIN, patience);
        }
    }

    private DeployFailure locked(Site place, Holder holder) {
        return new DeployFailure(
                FailureCode.RELEASE_LOCKED,
                "After " + terms.patience().toSeconds() + " s " + terms.release() + " is still being deployed by "
                        + holder.owner() + ", at work since " + holder.since(),
                "namespace " + place.namespace() + " on " + place.connection().cluster(),
                "Wait for that deploy, or wait longer for it with -Dgke.lock.wait=15m");
    }
}
