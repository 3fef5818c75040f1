package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.model.RolloutState.Cause;
import java.util.Optional;

/**
 * What a Deployment, StatefulSet or DaemonSet says of itself.
 *
 * @param name kind and name
 * @param observed whether its controller has seen the newest spec; if not, nothing else here counts
 * @param wanted how many replicas there should be, from the live spec, because an autoscaler may own the number
 * @param updated how many are of the newest revision
 * @param complete whether every replica is of the newest revision and available, and no other is left
 * @param trouble what its controller says is wrong
 */
record WorkloadStatus(
        String name, boolean observed, int wanted, int updated, boolean complete, Optional<Trouble> trouble) {

    static WorkloadStatus of(String kind, JsonNode workload) {
        return switch (kind) {
            case "Deployment" -> deployment(workload);
            case "StatefulSet" -> statefulSet(workload);
            case "DaemonSet" -> daemonSet(workload);
            default -> throw new IllegalArgumentException(kind + " has no rollout");
        };
    }

    private static WorkloadStatus deployment(JsonNode it) {
        JsonNode status = it.path("status");
        boolean observed = observed(it);
        int wanted = it.path("spec").path("replicas").asInt(1);
        int updated = status.path("updatedReplicas").asInt();
        boolean complete = observed
                && updated == wanted
                && status.path("replicas").asInt() == updated
                && status.path("readyReplicas").asInt() == wanted
                && status.path("availableReplicas").asInt() == wanted;
        String name = "Deployment/" + it.path("metadata").path("name").asText();
        return new WorkloadStatus(
                name, observed, wanted, updated, complete, complete ? Optional.empty() : trouble(name, it));
    }

    private static Optional<Trouble> trouble(String name, JsonNode it) {
        if (it.path("spec").path("paused").asBoolean()) {
            return own(it, Cause.OTHER, name + " is paused (spec.paused), so nothing of it is rolled out");
        }
        JsonNode failure = PodDiagnosis.condition(it.path("status"), "ReplicaFailure");
        if (failure.path("status").asText().equals("True")) {
            return Optional.of(Refusal.of(
                    name,
                    it.path("metadata").path("uid").asText(),
                    failure.path("message").asText()));
        }
        JsonNode progressing = PodDiagnosis.condition(it.path("status"), "Progressing");
        if (progressing.path("status").asText().equals("False")
                && progressing.path("reason").asText().equals("ProgressDeadlineExceeded")) {
            return own(
                    it,
                    Cause.DEADLINE_EXCEEDED,
                    name + " has made no progress for "
                            + it.path("spec").path("progressDeadlineSeconds").asInt(600)
                            + " s (ProgressDeadlineExceeded)");
        }
        return Optional.empty();
    }

    private static Optional<Trouble> own(JsonNode it, Cause cause, String sentence) {
        JsonNode metadata = it.path("metadata");
        String key = "own/" + metadata.path("uid").asText() + "/"
                + metadata.path("generation").asText();
        return Optional.of(new Trouble(key, cause, sentence, Trouble.SOON));
    }

    private static WorkloadStatus statefulSet(JsonNode it) {
        JsonNode spec = it.path("spec");
        JsonNode status = it.path("status");
        boolean observed = observed(it);
        int wanted = spec.path("replicas").asInt(1);
        int partition = spec.path("updateStrategy")
                .path("rollingUpdate")
                .path("partition")
                .asInt(0);
        // Pods below the partition keep the old revision, by order.
        int toUpdate = onDelete(spec) ? 0 : Math.max(0, wanted - partition);
        int updated = status.path("updatedReplicas").asInt();
        boolean complete = observed
                && updated >= toUpdate
                && status.path("replicas").asInt() == wanted
                && status.path("readyReplicas").asInt() == wanted
                && status.path("availableReplicas").asInt() == wanted;
        return new WorkloadStatus(
                "StatefulSet/" + it.path("metadata").path("name").asText(),
                observed,
                wanted,
                updated,
                complete,
                Optional.empty());
    }

    private static WorkloadStatus daemonSet(JsonNode it) {
        JsonNode status = it.path("status");
        boolean observed = observed(it);
        int wanted = status.path("desiredNumberScheduled").asInt();
        int updated = status.path("updatedNumberScheduled").asInt();
        boolean complete = observed
                && (onDelete(it.path("spec")) || updated == wanted)
                && status.path("numberReady").asInt() == wanted
                && status.path("numberAvailable").asInt() == wanted;
        return new WorkloadStatus(
                "DaemonSet/" + it.path("metadata").path("name").asText(),
                observed,
                wanted,
                updated,
                complete,
                Optional.empty());
    }

    private static boolean observed(JsonNode it) {
        return it.path("status").path("observedGeneration").asLong()
                >= it.path("metadata").path("generation").asLong();
    }

    /** {@return whether pods change only when somebody deletes them, so that a rollout waits for nobody} */
    private static boolean onDelete(JsonNode spec) {
        return spec.path("updateStrategy").path("type").asText().equals("OnDelete");
    }
}
