package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Why a pod is not well, in Kubernetes' own words. */
final class PodReason {
    private PodReason() {}

    /** {@return the reason; empty if it is well, or only needs time} */
    static Optional<String> of(JsonNode pod) {
        JsonNode status = pod.path("status");
        if (PodDiagnosis.failed(pod)) {
            String reason = PodDiagnosis.reason(status);
            if (!reason.isEmpty()) {
                return Optional.of(Redactor.clean(reason));
            }
        }
        JsonNode scheduled = PodDiagnosis.condition(status, "PodScheduled");
        if (scheduled.path("status").asText().equals("False")) {
            return Optional.of(Redactor.clean(scheduled.path("reason").asText() + ": "
                    + scheduled.path("message").asText()));
        }
        for (JsonNode container : PodDiagnosis.containers(status)) {
            JsonNode waiting = container.path("state").path("waiting");
            String reason = waiting.path("reason").asText();
            String message = waiting.path("message").asText();
            String last = container
                    .path("lastState")
                    .path("terminated")
                    .path("reason")
                    .asText();
            JsonNode ended = container.path("state").path("terminated");
            if (reason.equals("CrashLoopBackOff")) {
                return Optional.of(last.isEmpty() || last.equals("Error") ? reason : reason + " (" + last + ")");
            }
            if (!reason.isEmpty() && !reason.equals("ContainerCreating") && !reason.equals("PodInitializing")) {
                return Optional.of(message.isEmpty() ? reason : reason + ": " + Redactor.clean(message));
            }
            if (ended.path("exitCode").asInt() != 0) {
                return Optional.of(ended.path("reason").asText("Error"));
            }
        }
        JsonNode ready = PodDiagnosis.condition(status, "Ready");
        return ready.path("status").asText().equals("False")
                        && ready.path("reason").asText().equals("ContainersNotReady")
                ? Optional.of(
                        "not ready: " + Redactor.clean(ready.path("message").asText()))
                : Optional.empty();
    }

    /** {@return what a container is at, such as {@code waiting: CrashLoopBackOff}} */
    static String state(JsonNode container) {
        JsonNode state = container.path("state");
        for (String at : new String[] {"running", "waiting", "terminated"}) {
            if (state.has(at)) {
                String reason = state.path(at).path("reason").asText();
                return reason.isEmpty() ? at : at + ": " + reason;
            }
        }
        return "unknown";
    }
}
