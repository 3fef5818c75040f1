package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;

/** Notes that a revision came up and answered, with what Helm keeps of it, and lets go of the oldest ones. */
public final class NoteSuccess implements Step<Deployed, Deployed> {
    private final Ledger ledger;
    private final ReleaseHistory history;
    private final ReleaseName release;
    private final int keep;

    /**
     * Notes successes.
     *
     * @param keep how many revisions are kept
     */
    public NoteSuccess(Ledger ledger, ReleaseHistory history, ReleaseName release, int keep) {
        this.ledger = ledger;
        this.history = history;
        this.release = release;
        this.keep = keep;
    }

    @Override
    public Deployed run(Deployed deployed, Progress progress) {
        Released released = deployed.released();
        Site site = released.site();
        String hash = history.revisions(site.connection(), site.namespace(), release).stream()
                .filter(kept -> kept.revision() == released.revision())
                .findFirst()
                .map((Release kept) -> ManifestHash.of(kept))
                .orElseGet(() -> ManifestHash.of(released.rendering()));
        ledger.good(released.revision(), hash);
        try {
            history.prune(site.connection(), site.namespace(), release, keep);
        } catch (DeployFailure failure) {
            progress.warn("The oldest revisions of " + release + " could not be deleted: " + failure.what());
        }
        return deployed;
    }
}
