package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What one pod is at, from its status alone.
 *
 * @param pod its name
 * @param ready whether it is ready to serve
 * @param detail what it is at, in a few words; empty if it is ready
 * @param trouble what stops it, if anything does
 */
record PodDiagnosis(String pod, boolean ready, String detail, Optional<Trouble> trouble) {

    /**
     * Something that stops a pod.
     *
     * @param key what it is about, the same on each look
     * @param sentence what is wrong, without its full stop, in the cluster's own words
     * @param certain whether one look is enough; else it may pass by itself
     */
    record Trouble(String key, String sentence, boolean certain) {}

    private static final Set<String> PULL =
            Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable");
    private static final Set<String> CREATE =
            Set.of("CreateContainerConfigError", "CreateContainerError", "PreCreateHookError", "RunContainerError");
    /** What registries say of an image that they do not have. */
    private static final List<String> NOT_FOUND = List.of("not found", "manifest unknown", "name unknown");

    private static final int CRASHES = 3;
    /** The last words of a program that ended: what matters is often at their end. */
    private static final int BRIEF = 300;

    static PodDiagnosis of(JsonNode pod) {
        String name = pod.path("metadata").path("name").asText();
        JsonNode status = pod.path("status");
        if (condition(status, "Ready").path("status").asText().equals("True")) {
            return new PodDiagnosis(name, true, "", Optional.empty());
        }
        if (pod.path("metadata").hasNonNull("deletionTimestamp")) {
            return new PodDiagnosis(name, false, "stopping", Optional.empty());
        }
        if (status.path("phase").asText().equals("Failed")) {
            // Evicted, or its node went away: another takes its place.
            return new PodDiagnosis(
                    name, false, "failed: " + brief(status.path("reason").asText()), Optional.empty());
        }
        JsonNode scheduled = condition(status, "PodScheduled");
        if (scheduled.path("status").asText().equals("False")) {
            String why = scheduled.path("message").asText();
            return new PodDiagnosis(
                    name,
                    false,
                    why.isEmpty() ? "scheduling" : "scheduling (" + firstSentence(why) + ")",
                    Optional.empty());
        }
        for (JsonNode container : containers(status)) {
            Optional<Trouble> trouble = trouble(name, container);
            if (trouble.isPresent()) {
                return new PodDiagnosis(name, false, words(container), trouble);
            }
        }
        return new PodDiagnosis(name, false, detail(pod), Optional.empty());
    }

    private static Optional<Trouble> trouble(String pod, JsonNode container) {
        JsonNode waiting = container.path("state").path("waiting");
        String reason = waiting.path("reason").asText();
        String message = Redactor.clean(waiting.path("message").asText());
        String name = container.path("name").asText();
        String key = "pod/" + pod + "/" + name + "/";
        String subject = "Container " + name + " of pod " + pod;
        if (PULL.contains(reason)) {
            String lower = message.toLowerCase(Locale.ROOT);
            boolean certain = reason.equals("InvalidImageName")
                    || reason.equals("ErrImageNeverPull")
                    || NOT_FOUND.stream().anyMatch(lower::contains);
            return Optional.of(new Trouble(
                    key + "pull",
                    subject + " cannot get its image " + container.path("image").asText() + ": "
                            + (message.isEmpty() ? reason : message),
                    certain));
        }
        if (CREATE.contains(reason)) {
            return Optional.of(new Trouble(
                    key + "create",
                    subject + " cannot be created: " + (message.isEmpty() ? reason : message + " (" + reason + ")"),
                    false));
        }
        int restarts = container.path("restartCount").asInt();
        JsonNode ended = container.path("state").path("terminated");
        boolean looping =
                reason.equals("CrashLoopBackOff") || ended.path("exitCode").asInt() != 0;
        if (looping && restarts >= CRASHES) {
            JsonNode last = ended.isMissingNode() ? container.path("lastState").path("terminated") : ended;
            return Optional.of(new Trouble(
                    key + "crash", subject + " has crashed " + (restarts + 1) + " times" + ended(last), true));
        }
        return Optional.empty();
    }

    private static String ended(JsonNode last) {
        if (last.isMissingNode()) {
            return "";
        }
        String reason = last.path("reason").asText();
        String message = brief(last.path("message").asText());
        String why =
                switch (reason) {
                    case "OOMKilled" -> " (OOMKilled: it needs more memory than its limit)";
                    case "", "Error" -> "";
                    default -> " (" + reason + ")";
                };
        return ", the last time with exit code " + last.path("exitCode").asInt() + why
                + (message.isEmpty() ? "" : ": " + message);
    }

    private static String words(JsonNode container) {
        String reason = container.path("state").path("waiting").path("reason").asText();
        if (PULL.contains(reason)) {
            return "cannot get its image";
        }
        return CREATE.contains(reason) ? "cannot be created" : "crashing";
    }

    private static String detail(JsonNode pod) {
        JsonNode status = pod.path("status");
        for (JsonNode container : containers(status)) {
            JsonNode state = container.path("state");
            int restarts = container.path("restartCount").asInt();
            String reason = state.path("waiting").path("reason").asText();
            if (reason.equals("CrashLoopBackOff") || (restarts > 0 && state.has("terminated"))) {
                return "crashed " + (restarts == 0 ? "once" : restarts + 1 + " times");
            }
        }
        for (JsonNode container : status.path("initContainerStatuses")) {
            if (container.path("state").has("running") && !sidecar(pod, container)) {
                return "running init container " + container.path("name").asText();
            }
        }
        boolean sandbox = condition(status, "PodReadyToStartContainers")
                .path("status")
                .asText()
                .equals("True");
        for (JsonNode container : containers(status)) {
            String reason =
                    container.path("state").path("waiting").path("reason").asText();
            if (reason.equals("ContainerCreating") || reason.equals("PodInitializing")) {
                // With its sandbox ready, an image is all that a container still waits for.
                return sandbox ? "pulling image" : "starting";
            }
        }
        for (JsonNode container : status.path("containerStatuses")) {
            if (!container.path("started").asBoolean()) {
                return "starting";
            }
        }
        return status.path("containerStatuses").isEmpty() ? "scheduling" : "not ready yet";
    }

    /** {@return whether an init container is meant to run on beside the others} */
    private static boolean sidecar(JsonNode pod, JsonNode container) {
        for (JsonNode init : pod.path("spec").path("initContainers")) {
            if (init.path("name").equals(container.path("name"))) {
                return init.path("restartPolicy").asText().equals("Always");
            }
        }
        return false;
    }

    private static List<JsonNode> containers(JsonNode status) {
        List<JsonNode> containers = new ArrayList<>();
        status.path("initContainerStatuses").forEach(containers::add);
        status.path("containerStatuses").forEach(containers::add);
        return containers;
    }

    static JsonNode condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return Kubeconfig.node();
    }

    private static String firstSentence(String text) {
        String clean = Redactor.clean(text);
        int end = clean.indexOf(". ");
        return brief(end < 0 ? clean.replaceAll("\\.$", "") : clean.substring(0, end));
    }

    private static String brief(String text) {
        String clean = Redactor.clean(text);
        return clean.length() <= BRIEF ? clean : clean.substring(0, BRIEF) + "…";
    }
}
