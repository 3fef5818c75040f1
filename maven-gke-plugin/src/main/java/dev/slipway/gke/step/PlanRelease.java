package dev.slipway.gke.step;

import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.ReleaseStatus;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Renders the release against the cluster and compares it with what runs. */
public final class PlanRelease implements Step<PinImage.Pinned, PlanRelease.Planned> {
    private final ReleaseEngine engine;
    private final ReleaseHistory history;
    private final Function<Optional<PinnedImage>, ReleasePlan> plans;

    /**
     * What is known then.
     *
     * @param site where the release goes
     * @param plan what it is to be
     * @param rendering what Helm makes of it
     * @param current the newest revision there is, if there is one
     * @param unchanged whether what runs is the same already
     * @param image what is to run; empty if the chart names its images itself
     * @param inputs fingerprint of what the rendering depends on
     */
    public record Planned(
            Site site,
            ReleasePlan plan,
            Rendering rendering,
            Optional<Release> current,
            boolean unchanged,
            Optional<PinnedImage> image,
            String inputs) {}

    /**
     * Plans releases.
     *
     * @param plans makes the plan once the image is known
     */
    public PlanRelease(
            ReleaseEngine engine, ReleaseHistory history, Function<Optional<PinnedImage>, ReleasePlan> plans) {
        this.engine = engine;
        this.history = history;
        this.plans = plans;
    }

    @Override
    public Planned run(PinImage.Pinned pinned, Progress progress) {
        Site site = pinned.site();
        ReleasePlan plan = plans.apply(pinned.image());
        Progress.Line line = progress.begin("plan", plan.release() + " in " + site.namespace());
        List<Release> revisions = history.revisions(site.connection(), site.namespace(), plan.release());
        Optional<Release> current = revisions.stream().findFirst();
        Rendering rendering = engine.render(site.connection(), plan, current.isPresent());
        progress.found(Progress.Fact.CHART, rendering.chart().toString());
        boolean unchanged = current.filter(release -> same(release, rendering)).isPresent();
        line.done(summary(plan, rendering, current, unchanged));
        return new Planned(site, plan, rendering, current, unchanged, pinned.image(), "");
    }

    private static boolean same(Release release, Rendering rendering) {
        return release.status() == ReleaseStatus.DEPLOYED
                && release.manifest().sameAs(rendering.manifest())
                && release.hooks().sameAs(rendering.hooks());
    }

    private static String summary(ReleasePlan plan, Rendering rendering, Optional<Release> current, boolean unchanged) {
        String objects = rendering.manifest().objects().size() + " objects of " + rendering.chart();
        if (current.isEmpty()) {
            return plan.release() + " is new: " + objects;
        }
        return unchanged
                ? "nothing to do: revision " + current.get().revision() + " is the same"
                : "differs from revision " + current.get().revision() + ": " + objects;
    }
}
