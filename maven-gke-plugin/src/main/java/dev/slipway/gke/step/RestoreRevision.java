package dev.slipway.gke.step;

import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Makes a revision of the past once more, watches it come up, and forgets the oldest ones. */
public final class RestoreRevision implements Step<RestoreRevision.Order, Released> {
    private final ReleaseEngine engine;
    private final ReleaseHistory history;
    private final Ledger ledger;
    private final AttendHooks hooks;
    private final int keep;
    private final Function<Deadline, ? extends Step<Released, Released>> watch;

    /**
     * What to restore.
     *
     * @param site where
     * @param newest the newest revision there is
     * @param target the one to make once more
     * @param deadline for Helm and for the rollout
     */
    public record Order(Site site, Release newest, Release target, Deadline deadline) {
        /** {@return the number that the new revision gets} */
        int revision() {
            return newest.revision() + 1;
        }
    }

    /**
     * Restores.
     *
     * @param hooks watches what Helm waits for: the upgrade hooks of the old revision
     * @param keep how many revisions Helm keeps
     * @param watch watches a rollout until the deadline
     */
    public RestoreRevision(
            ReleaseEngine engine,
            ReleaseHistory history,
            Ledger ledger,
            AttendHooks hooks,
            int keep,
            Function<Deadline, ? extends Step<Released, Released>> watch) {
        this.engine = engine;
        this.history = history;
        this.ledger = ledger;
        this.hooks = hooks;
        this.keep = keep;
        this.watch = watch;
    }

    @Override
    public Released run(Order order, Progress progress) {
        Released released = write(order, order.deadline().left(), progress);
        Released up = watch.apply(order.deadline()).run(released, progress);
        ledger.good(up.revision(), ManifestHash.of(order.target()));
        progress.found(Progress.Fact.RESTORED, Integer.toString(order.target().revision()));
        NoteGood.prune(history, order.site(), order.target().name(), keep, progress);
        return up;
    }

    /** Makes the revision, and does not watch it come up. */
    Released write(Order order, Duration limit, Progress progress) {
        Release target = order.target();
        progress.found(Progress.Fact.HELM, engine.version());
        Progress.Line line = progress.begin("rollback", target.name() + " to revision " + target.revision());
        Optional<RevisionRecord> noted = ledger.of(target.revision());
        if (noted.isPresent()) {
            ledger.again(order.revision(), noted.get());
        } else {
            ledger.begin(order.revision(), Optional.empty(), "", ManifestHash.of(target));
        }
        history.settle(order.site().connection(), target.namespace(), target.name());
        hooks.during(
                order.site(),
                target.hooks(),
                order.deadline(),
                progress,
                () -> engine.restore(order.site().connection(), target, limit));
        progress.found(Progress.Fact.REVISION, Integer.toString(order.revision()));
        line.done("revision " + order.revision() + " is what revision " + target.revision() + " was");
        Rendering rendering = new Rendering(target.chart(), target.manifest(), target.hooks(), "");
        return new Released(order.site(), rendering, order.revision(), false);
    }
}
