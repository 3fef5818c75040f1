package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;

/** Notes that a revision ran and answered, so that it can be gone back to; and forgets the oldest ones. */
public final class NoteGood implements Step<Deployed, Deployed> {
    private final ReleaseHistory history;
    private final ReleaseName release;
    private final Ledger ledger;
    private final int keep;

    /**
     * Notes.
     *
     * @param keep how many revisions Helm keeps
     */
    public NoteGood(ReleaseHistory history, ReleaseName release, Ledger ledger, int keep) {
        this.history = history;
        this.release = release;
        this.ledger = ledger;
        this.keep = keep;
    }

    @Override
    public Deployed run(Deployed deployed, Progress progress) {
        Released released = deployed.released();
        Site site = released.site();
        history.revisions(site.connection(), site.namespace(), release).stream()
                .filter(kept -> kept.revision() == released.revision())
                .findFirst()
                .map(ManifestHash::of)
                .ifPresent(hash -> ledger.good(released.revision(), hash));
        prune(history, site, release, keep, progress);
        return deployed;
    }

    /** Deletes the oldest revisions; that it cannot is no reason to call a release failed that runs. */
    static void prune(ReleaseHistory history, Site site, ReleaseName release, int keep, Progress progress) {
        try {
            history.prune(site.connection(), site.namespace(), release, keep);
        } catch (DeployFailure failure) {
            progress.warn("The oldest revisions of " + release + " could not be deleted: " + failure.what());
        }
    }
}
