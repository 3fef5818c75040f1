package dev.slipway.gke.step;

import dev.slipway.gke.model.Release;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;
import java.util.Optional;

/** Plans once more if the release has moved since it was planned, as it may while one waits for somebody else's deploy. */
public final class Replan implements Step<PlanRelease.Planned, PlanRelease.Planned> {
    private final ReleaseHistory history;
    private final Step<PinImage.Pinned, PlanRelease.Planned> plan;

    /**
     * Plans.
     *
     * @param plan how the release was planned
     */
    public Replan(ReleaseHistory history, Step<PinImage.Pinned, PlanRelease.Planned> plan) {
        this.history = history;
        this.plan = plan;
    }

    @Override
    public PlanRelease.Planned run(PlanRelease.Planned planned, Progress progress) {
        Site made = new Site(planned.site().connection(), planned.site().namespace(), true);
        Optional<Release> newest =
                history
                        .revisions(
                                made.connection(),
                                made.namespace(),
                                planned.plan().release())
                        .stream()
                        .findFirst();
        return same(newest, planned.current())
                ? planned
                : plan.run(new PinImage.Pinned(made, planned.image()), progress);
    }

    private static boolean same(Optional<Release> now, Optional<Release> then) {
        return now.map(Release::revision).equals(then.map(Release::revision))
                && now.map(Release::status).equals(then.map(Release::status));
    }
}
