package dev.slipway.gke.step;

import dev.slipway.gke.diff.Comparison;
import dev.slipway.gke.diff.PodTrials;
import dev.slipway.gke.diff.Risks;
import dev.slipway.gke.diff.Veil;
import dev.slipway.gke.model.Changes;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.Risk;
import dev.slipway.gke.model.TryOut;
import dev.slipway.gke.port.LiveObjects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One release, tried out on the cluster without changing it: first what was released last, for drift; then what is asked for. */
final class Rehearsal {
    private final LiveObjects live;
    private final Site site;
    private final Optional<Release> base;
    private final Manifest before;
    private final Veil veil = Veil.empty();
    private final List<TryOut> released;
    private final Comparison comparison;

    /**
     * Looks for drift.
     *
     * @param base what an upgrade starts from
     */
    Rehearsal(LiveObjects live, Site site, Optional<Release> base) {
        this.live = live;
        this.site = site;
        this.base = base;
        this.before = base.map(Release::manifest).orElse(new Manifest(List.of()));
        before.objects().forEach(this::learn);
        released = live.tryOut(site.connection(), site.namespace(), before, before);
        released.forEach(
                tried -> tried.live().ifPresent(now -> veil.learn(tried.object().kind(), now)));
        comparison = new Comparison(site.namespace(), veil, before, released);
    }

    private void learn(KubeObject object) {
        veil.learn(object.kind(), object.body());
    }

    /** {@return whether nobody has changed by hand what was released last} */
    boolean untouched() {
        return comparison.drift().isEmpty();
    }

    /**
     * What would come of a release.
     *
     * @param changes what would change, and what should be known before
     * @param tries what the server said of each object
     */
    record Outcome(Changes changes, List<TryOut> tries) {}

    /** {@return what would come of releasing this, made with these values} */
    Outcome of(Rendering rendering, Map<String, Object> values) {
        Manifest next = rendering.manifest();
        next.objects().forEach(this::learn);
        List<TryOut> tries = tries(next);
        List<Risk> risks = new ArrayList<>(Risks.refusals(tries, veil));
        PodTrials pods = new PodTrials(tries);
        if (!pods.manifest().objects().isEmpty()) {
            risks.addAll(pods.risks(live.tryOut(site.connection(), site.namespace(), pods.manifest()), veil));
        }
        risks.addAll(Risks.losses(tries, comparison.removed(next), comparison));
        for (Risks.Lowered lowered : Risks.lowered(tries)) {
            Map<String, Long> used = live.memoryInUse(site.connection(), site.namespace(), lowered.object());
            lowered.below(used.getOrDefault(lowered.container(), 0L)).ifPresent(risks::add);
        }
        for (String template : rendering.lookups()) {
            risks.add(
                    new Risk(
                            Risk.Kind.LOOKUP,
                            template,
                            "asks the cluster about other objects (lookup) while it is rendered: the same chart and values may give something else"));
        }
        return new Outcome(
                new Changes(
                        comparison.changes(next, tries),
                        comparison.drift(),
                        risks,
                        base.filter(release -> !release.values().isEmpty())
                                .map(release -> Comparison.values(release.values(), values, veil))
                                .orElse(List.of())),
                tries);
    }

    /** What is asked for as it was before has been tried out already. */
    private List<TryOut> tries(Manifest next) {
        Map<KubeObject, TryOut> known = new HashMap<>();
        released.forEach(tried -> known.put(tried.object(), tried));
        List<KubeObject> open = next.objects().stream()
                .filter(object -> !known.containsKey(object))
                .toList();
        if (!open.isEmpty()) {
            live.tryOut(site.connection(), site.namespace(), new Manifest(open), before)
                    .forEach(tried -> known.put(tried.object(), tried));
        }
        List<TryOut> tries = new ArrayList<>();
        next.objects().forEach(object -> tries.add(known.get(object)));
        return tries;
    }
}
