package dev.slipway.gke.step;

import dev.slipway.gke.model.Release;
import dev.slipway.gke.progress.Progress;

/** Releases nothing, because what runs is the same already. */
public final class LeaveAlone implements Step<PlanRelease.Planned, Released> {
    @Override
    public Released run(PlanRelease.Planned planned, Progress progress) {
        int revision = planned.current().map(Release::revision).orElse(0);
        progress.found(Progress.Fact.REVISION, Integer.toString(revision));
        return new Released(planned.site(), planned.rendering(), revision, true);
    }
}
