package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RevisionRecord.State;
import dev.slipway.gke.model.SourceState;
import dev.slipway.gke.port.Grip;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** What is noted of a release's revisions while its lock is ours: begun, good, failed. */
public final class Ledger {
    private final Grip grip;
    private final Owner me;
    private final SourceState source;
    private final Clock clock;

    /**
     * @param source what is deployed
     */
    public Ledger(Grip grip, Owner me, SourceState source, Clock clock) {
        this.grip = grip;
        this.me = me;
        this.source = source;
        this.clock = clock;
    }

    /** {@return what is noted, the newest revision first} */
    public List<RevisionRecord> records() {
        return grip.records();
    }

    /** {@return what is noted of a revision} */
    public Optional<RevisionRecord> of(int revision) {
        return records().stream()
                .filter(record -> record.revision() == revision)
                .findFirst();
    }

    /** {@return what is noted of the newest revision that went well} */
    public Optional<RevisionRecord> lastGood() {
        return records().stream().filter(record -> record.state() == State.GOOD).findFirst();
    }

    /**
     * A revision is about to be made.
     *
     * @param revision its number
     * @param image repository and digest
     * @param inputs fingerprint of what it is made from
     * @param manifest hash of its objects
     * @throws DeployFailure RELEASE_LOCKED if the lock is no longer ours
     */
    public void begin(int revision, Optional<String> image, String inputs, String manifest) {
        requireHeld();
        grip.record(new RevisionRecord(
                revision,
                State.PENDING,
                image,
                source.commit(),
                source.committedAt(),
                inputs,
                manifest,
                me.who(),
                me.host(),
                me.run(),
                clock.instant()));
    }

    /**
     * A revision is about to be made that is what an old one was.
     *
     * @param was what is noted of the old one
     */
    public void again(int revision, RevisionRecord was) {
        requireHeld();
        grip.record(new RevisionRecord(
                revision,
                State.PENDING,
                was.image(),
                was.commit(),
                was.committedAt(),
                was.inputs(),
                was.manifest(),
                me.who(),
                me.host(),
                me.run(),
                clock.instant()));
    }

    /** How a revision went; nothing is noted of one that was not begun by us. */
    public void ended(int revision, State state) {
        of(revision).ifPresent(record -> grip.record(record.in(state)));
    }

    /**
     * It ran and answered.
     *
     * @param manifest hash of its objects as Helm keeps them
     */
    public void good(int revision, String manifest) {
        of(revision)
                .ifPresent(record -> grip.record(new RevisionRecord(
                        revision,
                        State.GOOD,
                        record.image(),
                        record.commit(),
                        record.committedAt(),
                        record.inputs(),
                        manifest,
                        record.who(),
                        record.host(),
                        record.run(),
                        record.at())));
    }

    /** {@return whether somebody else may have the lock by now} */
    public boolean lost() {
        return grip.lost();
    }

    /**
     * To be asked before every change.
     *
     * @throws DeployFailure RELEASE_LOCKED if the lock is no longer ours
     */
    public void requireHeld() {
        if (grip.lost()) {
            throw new DeployFailure(
                    FailureCode.RELEASE_LOCKED,
                    "The lock was lost: it could not be renewed in time, or somebody took it away",
                    "this deploy",
                    "See who deploys with gke:status, then run the same command again; nothing was changed since");
        }
    }
}
