package dev.slipway.gke.step;

import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.Workloads;
import dev.slipway.gke.progress.Progress;

/** Installs or upgrades the release with Helm; does nothing if what runs is the same already. */
public final class ReleaseChart implements Step<PlanRelease.Planned, Released> {
    private final ReleaseEngine engine;
    private final Workloads workloads;
    private final Deadline deadline;

    public ReleaseChart(ReleaseEngine engine, Workloads workloads, Deadline deadline) {
        this.engine = engine;
        this.workloads = workloads;
        this.deadline = deadline;
    }

    @Override
    public Released run(PlanRelease.Planned planned, Progress progress) {
        Site site = planned.site();
        int before = planned.current().map(Release::revision).orElse(0);
        if (planned.unchanged()) {
            progress.found(Progress.Fact.REVISION, Integer.toString(before));
            return new Released(site, planned.rendering(), before, true);
        }
        Progress.Line line = progress.begin("release", planned.plan().release() + " with " + engine.version());
        if (!site.exists()) {
            workloads.create(site.connection(), site.namespace());
            line.update("namespace " + site.namespace() + " created");
        }
        engine.release(site.connection(), planned.plan(), before > 0, deadline.left());
        int revision = before + 1;
        progress.found(Progress.Fact.REVISION, Integer.toString(revision));
        line.done(planned.plan().release() + " revision " + revision);
        return new Released(site, planned.rendering(), revision, false);
    }
}
