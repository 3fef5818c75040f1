package dev.slipway.gke.report;

import dev.slipway.gke.model.Evidence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster showed when a deployment failed, in a report.
 *
 * @param pods those in trouble first
 * @param events the newest last
 */
public record EvidenceReport(List<Pod> pods, List<Event> events) {
    public EvidenceReport {
        pods = List.copyOf(pods);
        events = List.copyOf(events);
    }

    /** One pod, by the names in {@link Evidence.Pod}. */
    public record Pod(String name, String phase, @Nullable String reason, int restarts, List<Container> containers) {}

    /** One container, by the names in {@link Evidence.Container}. */
    public record Container(
            String name,
            String image,
            String state,
            @Nullable Integer exitCode,
            List<String> log,
            List<String> previousLog) {}

    /** One event, by the names in {@link Evidence.Event}. */
    public record Event(String at, String object, String type, String reason, String message, int count) {}

    static EvidenceReport of(Evidence evidence) {
        return new EvidenceReport(
                evidence.pods().stream().map(EvidenceReport::pod).toList(),
                evidence.events().stream()
                        .map(event -> new Event(
                                event.at().toString(),
                                event.object(),
                                event.type(),
                                event.reason(),
                                event.message(),
                                event.count()))
                        .toList());
    }

    private static Pod pod(Evidence.Pod pod) {
        return new Pod(
                pod.name(),
                pod.phase(),
                pod.reason().orElse(null),
                pod.restarts(),
                pod.containers().stream()
                        .map(container -> new Container(
                                container.name(),
                                container.image(),
                                container.state(),
                                container.exitCode().orElse(null),
                                container.log(),
                                container.previousLog()))
                        .toList());
    }
}
