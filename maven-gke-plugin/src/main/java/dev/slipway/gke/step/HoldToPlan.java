package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.PlanMark;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.port.LiveObjects;
import dev.slipway.gke.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sees that what is about to be done is what a saved plan said, and that what it was made against has not moved. */
public final class HoldToPlan implements Step<PlanRelease.Planned, PlanRelease.Planned> {
    private final LiveObjects live;
    private final Optional<PlanMark> mark;

    /**
     * @param mark of the saved plan; empty if there is none to keep to
     */
    public HoldToPlan(LiveObjects live, Optional<PlanMark> mark) {
        this.live = live;
        this.mark = mark;
    }

    @Override
    public PlanRelease.Planned run(PlanRelease.Planned planned, Progress progress) {
        mark.ifPresent(saved -> hold(saved, mark(planned, live), planned));
        return planned;
    }

    /** {@return what a plan of this is held to} */
    public static PlanMark mark(PlanRelease.Planned planned, LiveObjects live) {
        Site site = planned.site();
        return new PlanMark(
                live.identity(site.connection(), site.namespace()),
                site.namespace().value(),
                planned.plan().release().value(),
                planned.current().map(Release::revision).orElse(0),
                planned.inputs(),
                planned.manifest(),
                PlanMark.drift(planned.changes().drift()));
    }

    private static void hold(PlanMark saved, PlanMark now, PlanRelease.Planned planned) {
        List<String> moved = new ArrayList<>();
        // Each of the first three makes all the others different too.
        if (!saved.release().equals(now.release()) || !saved.namespace().equals(now.namespace())) {
            moved.add("it is for " + saved.release() + " in namespace " + saved.namespace() + ", and this is "
                    + now.release() + " in " + now.namespace());
        } else if (!saved.cluster().equals(now.cluster())) {
            moved.add("it is for another cluster (" + saved.cluster() + ", and this is " + now.cluster() + ")");
        } else {
            if (saved.revision() != now.revision()) {
                moved.add("it was made against " + revision(saved) + ", and now there is " + revision(now));
            }
            if (!saved.drift().equals(now.drift())) {
                List<String> drift = planned.changes().drift().stream()
                        .map(change -> change.object() + " " + change.fields())
                        .toList();
                moved.add(
                        drift.isEmpty()
                                ? "what somebody had changed by hand is as it was released"
                                : "somebody has changed by hand what runs: " + String.join("; ", drift));
            }
            if (!saved.inputs().equals(now.inputs())) {
                moved.add("the chart, the values, the image or the API server's version are others");
            }
            if (!saved.manifest().equals(now.manifest())) {
                moved.add("the chart renders to other objects");
            }
        }
        if (!moved.isEmpty()) {
            throw new DeployFailure(
                            FailureCode.PLAN_OUTDATED,
                            "The saved plan is not what would be done now: " + String.join("; ", moved),
                            "namespace " + now.namespace() + " on "
                                    + planned.site().connection().cluster(),
                            "Look at a new plan with gke:plan, and deploy that one; nothing was changed")
                    .with(planned.changes());
        }
    }

    private static String revision(PlanMark mark) {
        return mark.revision() == 0 ? "no release" : "revision " + mark.revision();
    }
}
