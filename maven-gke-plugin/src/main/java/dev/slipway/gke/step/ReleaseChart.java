package dev.slipway.gke.step;

import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.progress.Progress;

/**
 * Installs or upgrades the release with Helm, and notes before that it is about to. While Helm waits for the chart's hooks they are
 * watched from beside: Helm is stopped as soon as one of them cannot succeed any more.
 */
public final class ReleaseChart implements Step<PlanRelease.Planned, Released> {
    private final ReleaseEngine engine;
    private final Ledger ledger;
    private final AttendHooks hooks;
    private final Deadline deadline;

    /**
     * Releases.
     *
     * @param ledger where it is noted before it is done
     * @param hooks watches what Helm waits for
     * @param deadline for Helm, hooks included
     */
    public ReleaseChart(ReleaseEngine engine, Ledger ledger, AttendHooks hooks, Deadline deadline) {
        this.engine = engine;
        this.ledger = ledger;
        this.hooks = hooks;
        this.deadline = deadline;
    }

    @Override
    public Released run(PlanRelease.Planned planned, Progress progress) {
        Site site = planned.site();
        int before = planned.current().map(Release::revision).orElse(0);
        progress.found(Progress.Fact.HELM, engine.version());
        Progress.Line line = progress.begin("release", planned.plan().release() + " with " + engine.version());
        int revision = before + 1;
        ledger.begin(
                revision,
                planned.image().map(PinnedImage::toString),
                planned.inputs(),
                ManifestHash.of(planned.rendering()));
        hooks.during(
                site,
                planned.rendering().hooks(),
                deadline,
                progress,
                () -> engine.release(site.connection(), planned.plan(), before > 0, deadline.left()));
        progress.found(Progress.Fact.REVISION, Integer.toString(revision));
        line.done(planned.plan().release() + " revision " + revision);
        return new Released(site, planned.rendering(), revision, false);
    }
}
