package dev.slipway.gke.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the cluster showed of a release when a deploy failed, collected before anything was taken back.
 *
 * @param pods the pods that matter, those in trouble first
 * @param events what the cluster said of them, the newest last
 */
public record Evidence(List<Pod> pods, List<Event> events) {
    /** No evidence: nothing was looked at, or there was nothing to see. */
    public static final Evidence NONE = new Evidence(List.of(), List.of());

    private static final int BRIEF_LOG_LINES = 5;
    private static final int BRIEF_EVENTS = 3;

    public Evidence {
        pods = List.copyOf(pods);
        events = List.copyOf(events);
    }

    /**
     * One pod.
     *
     * @param name its name
     * @param phase its phase, in Kubernetes' words
     * @param reason why it is not well, in Kubernetes' words
     * @param restarts of all its containers together
     * @param containers init containers first
     */
    public record Pod(String name, String phase, Optional<String> reason, int restarts, List<Container> containers) {
        public Pod {
            containers = List.copyOf(containers);
        }
    }

    /**
     * One container.
     *
     * @param name its name
     * @param image the image it runs
     * @param state what it is at, such as {@code waiting: CrashLoopBackOff}
     * @param exitCode of its last end, if it ended
     * @param log its last lines, at most 50
     * @param previousLog the last lines of the one before, at most 50
     */
    public record Container(
            String name,
            String image,
            String state,
            Optional<Integer> exitCode,
            List<String> log,
            List<String> previousLog) {
        public Container {
            log = List.copyOf(log);
            previousLog = List.copyOf(previousLog);
        }
    }

    /**
     * One event.
     *
     * @param at when it was seen last
     * @param object kind and name
     * @param type {@code Normal} or {@code Warning}
     * @param reason Kubernetes' word
     * @param message the cluster's own words
     * @param count how often
     */
    public record Event(Instant at, String object, String type, String reason, String message, int count) {}

    /** {@return whether there is nothing} */
    public boolean empty() {
        return pods.isEmpty() && events.isEmpty();
    }

    /** {@return the most telling of it, in at most some fifteen lines} */
    public List<String> brief() {
        List<String> lines = new ArrayList<>();
        pods.stream().findFirst().ifPresent(pod -> {
            lines.add("pod " + pod.name() + ": "
                    + pod.reason().orElse(pod.phase())
                    + (pod.restarts() == 0 ? "" : ", " + pod.restarts() + " restarts"));
            pod.containers().forEach(container -> brief(container, lines));
        });
        events.stream()
                .filter(event -> event.type().equals("Warning"))
                .skip(Math.max(
                        0,
                        events.stream()
                                        .filter(event -> event.type().equals("Warning"))
                                        .count()
                                - BRIEF_EVENTS))
                .forEach(event -> lines.add(event.object() + " " + event.reason() + ": " + event.message()));
        return lines;
    }

    private static void brief(Container container, List<String> lines) {
        List<String> log = container.log().isEmpty() ? container.previousLog() : container.log();
        if (container.exitCode().isEmpty() && log.isEmpty()) {
            return;
        }
        lines.add("container " + container.name() + ": " + container.state()
                + container.exitCode().map(code -> ", exit code " + code).orElse(""));
        log.subList(Math.max(0, log.size() - BRIEF_LOG_LINES), log.size()).forEach(line -> lines.add("  | " + line));
    }
}
