package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.model.RolloutState.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why the cluster does not let a workload's pods be made. */
final class Refusal {
    /** Rules that say the same however often they are asked. A quota is none: pods that stop make room. */
    private static final Pattern RULE = Pattern.compile("violates PodSecurity|denied the request"
            + "|(?:maximum|minimum) [\\w. -]+ usage per|failed quota: .*must specify|is invalid:|ValidatingAdmissionPolicy"
            + "|must be (?:less|greater) than");

    /** A workload's controller tries again within a second or two at first: what stays so long was met several times. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Refusal() {}

    /**
     * {@return the trouble}
     *
     * @param workload kind and name
     * @param uid its own
     * @param message the cluster's words
     */
    static Trouble of(String workload, String uid, String message) {
        String words = Redactor.clean(message).replaceFirst("^\\(combined from similar events\\): ", "");
        return new Trouble(
                "refused/" + uid,
                Cause.PODS_REFUSED,
                workload + " cannot create its pods: " + words.replaceFirst("^Error creating: ", ""),
                RULE.matcher(words).find() ? Duration.ZERO : PATIENCE);
    }

    /**
     * {@return the newest refusal among the events of a workload that came after its spec was last changed}
     *
     * @param object the workload as the server has it
     */
    static Optional<String> among(List<JsonNode> events, JsonNode object) {
        Instant since = changed(object);
        return events.stream()
                .filter(event -> event.path("reason").asText().equals("FailedCreate"))
                .filter(event -> !PodEvents.at(event).isBefore(since))
                .max(Comparator.comparing(PodEvents::at))
                .map(event -> event.path("message").asText());
    }

    /** {@return when somebody other than its controller last wrote the object, by the server's clock} */
    private static Instant changed(JsonNode object) {
        Instant changed = instant(object.path("metadata").path("creationTimestamp"));
        for (JsonNode field : object.path("metadata").path("managedFields")) {
            if (!field.path("subresource").asText().equals("status")
                    && !field.path("manager").asText().contains("controller")) {
                Instant time = instant(field.path("time"));
                changed = time.isAfter(changed) ? time : changed;
            }
        }
        return changed;
    }

    private static Instant instant(JsonNode time) {
        return time.isTextual() ? Instant.parse(time.asText()) : Instant.EPOCH;
    }
}
