package dev.slipway.gke.step;

import dev.slipway.gke.model.Changes;
import dev.slipway.gke.model.Inputs;
import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.ReleaseStatus;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RolloutBudget;
import dev.slipway.gke.model.TryOut;
import dev.slipway.gke.port.LiveObjects;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.port.ReleaseLock;
import dev.slipway.gke.port.RenderInputs;
import dev.slipway.gke.progress.Progress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds out what a release would change, against what runs, without changing anything.
 *
 * <p>If chart, values, image and cluster are what the newest revision was made from, and nobody has changed what it made, there is
 * nothing to do, and Helm is not even started. Otherwise Helm renders against the cluster, and the API server is asked about every
 * object.
 */
public final class PlanRelease implements Step<PinImage.Pinned, PlanRelease.Planned> {
    private final Means means;
    private final Function<Optional<PinnedImage>, ReleasePlan> plans;

    /**
     * What it works with.
     *
     * @param engine Helm
     * @param history the revisions
     * @param live the objects
     * @param lock what was noted of the revisions
     * @param inputs what a rendering depends on
     */
    public record Means(
            ReleaseEngine engine, ReleaseHistory history, LiveObjects live, ReleaseLock lock, RenderInputs inputs) {}

    /**
     * What is known then.
     *
     * @param pinned where the release goes, and its image
     * @param plan what it is to be
     * @param rendering what Helm makes of it
     * @param current the newest revision there is, if there is one
     * @param unchanged whether what runs is the same already
     * @param changes what would change, what somebody else has changed, what should be known before
     * @param records what was noted of the revisions, the newest first
     * @param inputs fingerprint of everything that the rendering depends on; empty if the same inputs may give something else
     * @param tries what the API server said of each object; empty if it was not asked, because nothing is to be done
     */
    public record Planned(
            PinImage.Pinned pinned,
            ReleasePlan plan,
            Rendering rendering,
            Optional<Release> current,
            boolean unchanged,
            Changes changes,
            List<RevisionRecord> records,
            String inputs,
            List<TryOut> tries) {
        /** A plan that nobody tried out on a cluster. */
        public Planned(
                Site site,
                ReleasePlan plan,
                Rendering rendering,
                Optional<Release> current,
                boolean unchanged,
                Optional<PinnedImage> image,
                String inputs) {
            this(
                    new PinImage.Pinned(site, image),
                    plan,
                    rendering,
                    current,
                    unchanged,
                    Changes.NONE,
                    List.of(),
                    inputs,
                    List.of());
        }

        /** {@return the same with these changes} */
        public Planned with(Changes others) {
            return new Planned(pinned, plan, rendering, current, unchanged, others, records, inputs, tries);
        }

        /** {@return where the release goes} */
        public Site site() {
            return pinned.site();
        }

        /** {@return what is to run; empty if the chart names its images itself} */
        public Optional<PinnedImage> image() {
            return pinned.image();
        }

        /** {@return the time that the pods take to be ready, by what the chart says of them} */
        RolloutBudget budget() {
            return RolloutBudget.of(
                    rendering.manifest(),
                    current.filter(release -> release.status() == ReleaseStatus.DEPLOYED)
                            .map(Release::manifest));
        }

        /** {@return SHA-256 of the objects and hooks, in a canonical form} */
        public String manifest() {
            return ManifestHash.of(rendering);
        }
    }

    /**
     * Plans releases.
     *
     * @param plans makes the plan once the image is known
     */
    public PlanRelease(Means means, Function<Optional<PinnedImage>, ReleasePlan> plans) {
        this.means = means;
        this.plans = plans;
    }

    @Override
    public Planned run(PinImage.Pinned pinned, Progress progress) {
        Site site = pinned.site();
        ReleasePlan plan = plans.apply(pinned.image());
        Progress.Line line = progress.begin("plan", plan.release() + " in " + site.namespace());
        Known known = know(site, plan);
        Hush.revisions(known.revisions(), progress);
        Hush.values(known.inputs().values(), progress);
        Optional<Release> current = known.revisions().stream().findFirst();
        Optional<Release> pending = current.filter(release -> release.status().pending());
        if (pending.isPresent()) {
            // Helm does not touch it. Planned anew with the lock in
            // hand, when it is known who is at work, or died at it.
            line.done("revision " + pending.get().revision() + " is "
                    + pending.get().status());
            return asItIs(pinned, plan, known, pending.get(), false);
        }
        boolean sameInputs = current.filter(known::madeFromTheSame).isPresent();
        // Rendering takes longest. If it is not needed, starting Helm for it would cost more than all the rest.
        Optional<Meanwhile<Rendering>> rendering = sameInputs
                ? Optional.empty()
                : Optional.of(Meanwhile.begin("rendering", () -> render(site, plan, current)));
        Rehearsal rehearsal = new Rehearsal(means.live(), site, base(known.revisions()));
        if (sameInputs && rehearsal.untouched()) {
            Release same = current.orElseThrow();
            progress.found(Progress.Fact.CHART, same.chart().toString());
            line.done("nothing to do: revision " + same.revision() + " is the same");
            return asItIs(pinned, plan, known, same, true);
        }
        Rendering next = rendering.map(Meanwhile::get).orElseGet(() -> render(site, plan, current));
        progress.found(Progress.Fact.CHART, next.chart().toString());
        Hush.objects(next.manifest(), progress);
        Hush.objects(next.hooks(), progress);
        Rehearsal.Outcome outcome = rehearsal.of(next, known.inputs().values());
        progress.changes(outcome.changes());
        boolean unchanged = current.filter(release -> same(release, next)).isPresent()
                && outcome.changes().drift().isEmpty();
        line.done(summary(plan, next, current, unchanged, outcome.changes()));
        return new Planned(
                pinned,
                plan,
                next,
                current,
                unchanged,
                outcome.changes(),
                known.records(),
                known.fingerprint(),
                outcome.tries());
    }

    /** What can be known before anything is rendered. */
    private record Known(List<Release> revisions, List<RevisionRecord> records, Inputs inputs, String fingerprint) {
        /** {@return whether the revision is good, was made from these inputs, and is still what was noted} */
        boolean madeFromTheSame(Release release) {
            return !fingerprint.isEmpty()
                    && release.status() == ReleaseStatus.DEPLOYED
                    && records.stream()
                            .filter(record -> record.revision() == release.revision())
                            .anyMatch(record -> record.state() == RevisionRecord.State.GOOD
                                    && record.inputs().equals(fingerprint)
                                    && record.manifest().equals(ManifestHash.of(release)));
        }
    }

    private Known know(Site site, ReleasePlan plan) {
        Meanwhile<List<RevisionRecord>> records = Meanwhile.begin(
                "reading what was noted",
                () -> means.lock().records(site.connection(), site.namespace(), plan.release()));
        Meanwhile<String> version =
                Meanwhile.begin("asking for the version", () -> means.live().version(site.connection()));
        Meanwhile<Inputs> inputs =
                Meanwhile.begin("reading the chart", () -> means.inputs().of(plan));
        List<Release> revisions = means.history().revisions(site.connection(), site.namespace(), plan.release());
        Inputs read = inputs.get();
        String fingerprint = read.fingerprint().isEmpty() ? "" : read.fingerprint() + " on " + version.get();
        return new Known(revisions, records.get(), read, fingerprint);
    }

    /** A plan for which nothing was rendered: what is kept of the newest revision stands for it. */
    private static Planned asItIs(
            PinImage.Pinned pinned, ReleasePlan plan, Known known, Release newest, boolean unchanged) {
        return new Planned(
                pinned,
                plan,
                stored(newest),
                Optional.of(newest),
                unchanged,
                Changes.NONE,
                known.records(),
                known.fingerprint(),
                List.of());
    }

    private static Rendering stored(Release release) {
        return new Rendering(release.chart(), release.manifest(), release.hooks(), "");
    }

    private Rendering render(Site site, ReleasePlan plan, Optional<Release> current) {
        return means.engine().render(site.connection(), plan, current.isPresent());
    }

    /** {@return the revision that Helm compares with: the last that was deployed, or else the newest} */
    private static Optional<Release> base(List<Release> revisions) {
        return revisions.stream()
                .filter(release -> release.status() == ReleaseStatus.DEPLOYED)
                .findFirst()
                .or(() -> revisions.stream().findFirst());
    }

    private static boolean same(Release release, Rendering rendering) {
        return release.status() == ReleaseStatus.DEPLOYED
                && release.manifest().sameAs(rendering.manifest())
                && release.hooks().sameAs(rendering.hooks());
    }

    private static String summary(
            ReleasePlan plan, Rendering rendering, Optional<Release> current, boolean unchanged, Changes changes) {
        String objects = rendering.manifest().objects().size() + " objects of " + rendering.chart();
        if (current.isEmpty()) {
            return plan.release() + " is new: " + objects;
        }
        if (unchanged) {
            return "nothing to do: revision " + current.get().revision() + " is the same";
        }
        String drift = changes.drift().isEmpty() ? "" : ", " + changes.drift().size() + " changed by hand since";
        return "differs from revision " + current.get().revision() + ": " + objects + drift;
    }
}
