package dev.slipway.gke.step;

import dev.slipway.gke.model.Release;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;
import java.util.Optional;

/** Plans once more, with the lock in hand, if what runs is not what it was when the plan was made. */
public final class Replan implements Step<Replan.Staged, PlanRelease.Planned> {
    private final ReleaseHistory history;
    private final Step<PinImage.Pinned, PlanRelease.Planned> plan;

    /**
     * A plan, and what it was made from.
     *
     * @param pinned what it was made from
     * @param planned the plan
     */
    public record Staged(PinImage.Pinned pinned, PlanRelease.Planned planned) {}

    public Replan(ReleaseHistory history, Step<PinImage.Pinned, PlanRelease.Planned> plan) {
        this.history = history;
        this.plan = plan;
    }

    /** {@return the step that plans, keeping what the plan is made from} */
    public static Step<PinImage.Pinned, Staged> staged(Step<PinImage.Pinned, PlanRelease.Planned> plan) {
        return (pinned, progress) -> new Staged(pinned, plan.run(pinned, progress));
    }

    @Override
    public PlanRelease.Planned run(Staged staged, Progress progress) {
        PlanRelease.Planned planned = staged.planned();
        Site site = planned.site();
        Optional<Release> newest =
                history.revisions(site.connection(), site.namespace(), planned.plan().release()).stream()
                        .findFirst();
        boolean same = newest.map(Release::revision).equals(planned.current().map(Release::revision))
                && newest.map(Release::status).equals(planned.current().map(Release::status));
        return same ? planned : plan.run(staged.pinned(), progress);
    }
}
