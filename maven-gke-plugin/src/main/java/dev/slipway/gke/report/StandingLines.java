package dev.slipway.gke.report;

import static java.util.stream.Collectors.joining;

import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.step.Describe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** How a release stands, for a person. */
public final class StandingLines {
    private StandingLines() {}

    /** {@return the lines, the most important first} */
    public static List<String> of(Describe.Standing standing) {
        Release release = standing.release();
        List<String> lines = new ArrayList<>();
        lines.add(
                "Release:   " + release.name() + " in namespace " + release.namespace() + " on " + standing.cluster());
        lines.add("Revision:  " + release.revision() + ", " + release.status() + " since " + release.deployedAt());
        lines.add("Health:    " + standing.health().name().toLowerCase(Locale.ROOT));
        lines.add("Chart:     " + release.chart());
        lines.add("Images:    " + String.join(", ", images(release.manifest())));
        standing.record()
                .ifPresent(record -> lines.add("Deployed:  by " + record.who() + " at " + record.at()
                        + record.commit().map(commit -> ", commit " + commit).orElse("")
                        + record.run().map(run -> ", " + run).orElse("") + ", on record as "
                        + record.state().name().toLowerCase(Locale.ROOT)));
        standing.holder()
                .ifPresent(holder ->
                        lines.add("Lock:      held by " + holder.owner() + ", at work since " + holder.since()));
        lines.add("Workloads: "
                + standing.rollout().counts().stream()
                        .map(RolloutState.Count::toString)
                        .collect(joining("; ")));
        standing.rollout()
                .fold(progressing -> "still rolling out", complete -> "", stalled -> stalled.reason())
                .lines()
                .forEach(line -> lines.add("           " + line));
        standing.address()
                .ifPresent(address -> lines.add("Address:   "
                        + address.external()
                                .map(Object::toString)
                                .orElse(
                                        address.awaited()
                                                ? "none yet"
                                                : "inside the cluster: http://" + address.service() + "."
                                                        + address.namespace() + ".svc:" + address.port())));
        return lines;
    }

    /** {@return every image that the objects name} */
    static List<String> images(Manifest manifest) {
        return manifest.objects().stream()
                .map(KubeObject::body)
                .flatMap(StandingLines::imagesIn)
                .distinct()
                .toList();
    }

    private static Stream<String> imagesIn(Object node) {
        if (node instanceof Map<?, ?> map) {
            Stream<String> here = map.get("image") instanceof String image ? Stream.of(image) : Stream.empty();
            return Stream.concat(here, map.values().stream().flatMap(StandingLines::imagesIn));
        }
        if (node instanceof Collection<?> list) {
            return list.stream().flatMap(StandingLines::imagesIn);
        }
        return Stream.empty();
    }
}
