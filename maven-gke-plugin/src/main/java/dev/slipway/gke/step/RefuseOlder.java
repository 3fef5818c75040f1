package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Lineage;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.SourceState;
import dev.slipway.gke.progress.Progress;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps an older commit from going over a newer one, as happens when of two builds the first one ends last. Older is what version
 * control says: the commit that runs holds ours and more. Where it does not know the other commit, as in a shallow clone, the one
 * that was made earlier is older. Of two branches neither is: that is told, and done. See ADR 0015.
 *
 * @param <I> what is known before, and after
 */
public final class RefuseOlder<I> implements Step<I, I> {
    private final Ledger ledger;
    private final SourceState ours;
    private final Function<String, Lineage> lineage;
    private final boolean allowed;

    /**
     * Refuses.
     *
     * @param ours what is to be deployed
     * @param lineage how our commit stands to another one
     * @param allowed {@code gke.allowOlder}
     */
    public RefuseOlder(Ledger ledger, SourceState ours, Function<String, Lineage> lineage, boolean allowed) {
        this.ledger = ledger;
        this.ours = ours;
        this.lineage = lineage;
        this.allowed = allowed;
    }

    @Override
    public I run(I input, Progress progress) {
        Optional<RevisionRecord> live = ledger.records().stream()
                .filter(record -> record.state() != RevisionRecord.State.FAILED)
                .findFirst()
                .filter(record -> record.commit().isPresent());
        if (allowed || live.isEmpty() || ours.commit().isEmpty()) {
            return input;
        }
        String there = live.get().commit().orElseThrow();
        String here = ours.commit().get();
        Lineage stands = there.equals(here) ? Lineage.SAME : lineage.apply(there);
        boolean older = stands == Lineage.BEFORE || (stands == Lineage.UNKNOWN && earlier(live.get()));
        if (older) {
            throw older(live.get(), here, there, stands);
        }
        if (stands == Lineage.APART) {
            progress.warn("Commit " + brief(here) + " is of another branch than " + brief(there)
                    + ", which runs: what only that one has goes");
        }
        return input;
    }

    private boolean earlier(RevisionRecord live) {
        Optional<Instant> then = live.committedAt();
        return then.isPresent()
                && ours.committedAt().filter(time -> time.isBefore(then.get())).isPresent();
    }

    private DeployFailure older(RevisionRecord live, String here, String there, Lineage stands) {
        String why = stands == Lineage.BEFORE
                ? "which holds it and more"
                : "which was made later (" + live.committedAt().orElseThrow() + ", ours "
                        + ours.committedAt().orElseThrow() + ")";
        return new DeployFailure(
                FailureCode.COMMIT_OLDER,
                "Revision " + live.revision() + " is of commit " + brief(there) + ", " + why + "; " + brief(here)
                        + " would take that back",
                "deployed by " + live.who() + " at " + live.at()
                        + live.run().map(run -> ", " + run).orElse(""),
                "Deploy a commit that holds both, or go back on purpose with gke:rollback or -Dgke.allowOlder=true");
    }

    private static String brief(String commit) {
        return commit.substring(0, Math.min(12, commit.length()));
    }
}
