package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.model.RolloutState.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** What the events of a pod add to its status: whether a node is on its way, what a volume lacks, what a probe said. */
final class PodEvents {
    /** What an autoscaler says when no node that it could add would help. */
    private static final Pattern HOPELESS = Pattern.compile(
            "didn't match|did not match|max (?:node group size|cluster|limit)|limit reached|limits exceeded|exceeds",
            Pattern.CASE_INSENSITIVE);
    /** Nodes that are only starting, or being replaced. */
    private static final Pattern NODE_STARTS =
            Pattern.compile("node\\.kubernetes\\.io/(?:not-ready|unreachable|network-unavailable)|node\\.cloudprovider"
                    + "\\.kubernetes\\.io/uninitialized|were unschedulable");
    /** How long an autoscaler may take to say what it does. */
    private static final Duration AUTOSCALER = Duration.ofSeconds(60);

    private static final Duration NODE_START = Duration.ofMinutes(2);

    private final List<JsonNode> events;

    /** Takes the events of one pod, in any order. */
    PodEvents(List<JsonNode> events) {
        this.events =
                events.stream().sorted(Comparator.comparing(PodEvents::at)).toList();
    }

    /**
     * {@return the pod, with what its events add}
     *
     * @param autoscaled whether the cluster is of a kind that may add nodes
     */
    PodDiagnosis explain(PodDiagnosis pod, BooleanSupplier autoscaled) {
        if (pod.trouble().isEmpty()) {
            return pod.detail().startsWith(PodDiagnosis.LOADING) ? loading(pod) : preparing(pod);
        }
        Trouble trouble = pod.trouble().get();
        return switch (trouble.cause()) {
            case UNSCHEDULABLE -> scheduling(pod, trouble, autoscaled.getAsBoolean());
            case CRASH_LOOP -> killed(pod, trouble);
            default -> pod;
        };
    }

    /** What the last probe that did not pass was answered. */
    private PodDiagnosis loading(PodDiagnosis pod) {
        return newest("Unhealthy")
                .map(event -> new PodDiagnosis(
                        pod.pod(),
                        false,
                        pod.phase(),
                        pod.detail() + " (" + brief(message(event)) + ")",
                        Optional.empty()))
                .orElse(pod);
    }

    /** A container that its probe has killed does not say so itself. */
    private PodDiagnosis killed(PodDiagnosis pod, Trouble trouble) {
        return newest("Killing")
                .map(PodEvents::message)
                .filter(words -> words.contains("probe"))
                .map(words -> with(
                        pod,
                        trouble.saying(trouble.sentence() + "; " + words
                                + newest("Unhealthy")
                                        .map(event -> ": " + message(event))
                                        .orElse(""))))
                .orElse(pod);
    }

    /**
     * {@return what is to be thought of a pod that no node takes}
     *
     * @param trouble what the scheduler says
     * @param autoscaled whether the cluster is of a kind that may add nodes
     */
    private PodDiagnosis scheduling(PodDiagnosis pod, Trouble trouble, boolean autoscaled) {
        Optional<JsonNode> scaler = newest("TriggeredScaleUp", "NotTriggerScaleUp", "FailedScaleUp", "Nominated");
        String reason = scaler.map(event -> event.path("reason").asText()).orElse("");
        if (reason.equals("TriggeredScaleUp") || reason.equals("Nominated")) {
            return new PodDiagnosis(
                    pod.pod(), false, pod.phase(), "scheduling (a new node is on its way)", Optional.empty());
        }
        if (scaler.isPresent()) {
            String words = message(scaler.get());
            return with(
                    pod,
                    trouble.saying(trouble.sentence() + "; no node is added: " + words)
                            .after(HOPELESS.matcher(words).find() ? Duration.ZERO : AUTOSCALER));
        }
        if (NODE_STARTS.matcher(trouble.sentence()).find()) {
            return with(pod, trouble.after(NODE_START));
        }
        return autoscaled ? with(pod, trouble.after(AUTOSCALER)) : pod;
    }

    /** {@return the pod with what its volumes and its network lack, if its containers cannot even be made} */
    private PodDiagnosis preparing(PodDiagnosis pod) {
        Optional<JsonNode> mount =
                newest("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox");
        if (mount.isEmpty()) {
            return pod;
        }
        String words = message(mount.get());
        if (words.contains("not found") && mount.get().path("reason").asText().equals("FailedMount")) {
            return with(
                    pod,
                    new Trouble(
                            "pod/" + pod.pod() + "/mount",
                            Cause.CANNOT_START,
                            "Pod " + pod.pod() + " cannot be started: " + words,
                            Trouble.SOON));
        }
        return new PodDiagnosis(pod.pod(), false, pod.phase(), "preparing (" + brief(words) + ")", pod.trouble());
    }

    private Optional<JsonNode> newest(String... reasons) {
        List<String> wanted = List.of(reasons);
        return events.stream()
                .filter(event -> wanted.contains(event.path("reason").asText()))
                .reduce((first, second) -> second);
    }

    private static PodDiagnosis with(PodDiagnosis pod, Trouble trouble) {
        return new PodDiagnosis(pod.pod(), pod.ready(), pod.phase(), pod.detail(), Optional.of(trouble));
    }

    private static String message(JsonNode event) {
        return Redactor.clean(event.path("message").asText());
    }

    private static String brief(String text) {
        return text.length() <= 120 ? text : text.substring(0, 120) + "…";
    }

    /** {@return when an event was seen last, in whichever of its fields says so} */
    static Instant at(JsonNode event) {
        for (String time : List.of(
                event.path("series").path("lastObservedTime").asText(),
                event.path("lastTimestamp").asText(),
                event.path("eventTime").asText(),
                event.path("firstTimestamp").asText(),
                event.path("metadata").path("creationTimestamp").asText())) {
            if (!time.isEmpty() && !time.equals("null")) {
                return Instant.parse(time);
            }
        }
        return Instant.EPOCH;
    }
}
