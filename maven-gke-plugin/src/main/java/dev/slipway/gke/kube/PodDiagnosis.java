package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.model.RolloutState.Cause;
import dev.slipway.gke.model.RolloutState.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What one pod is at, from its status alone.
 *
 * @param pod its name
 * @param ready whether it is ready to serve
 * @param phase what it waits for; empty if for nothing
 * @param detail what it is at, in a few words; empty if it is ready
 * @param trouble what stops it, if anything does
 */
record PodDiagnosis(String pod, boolean ready, Optional<Phase> phase, String detail, Optional<Trouble> trouble) {
    private static final Set<String> PULL =
            Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable");
    private static final Set<String> CREATE =
            Set.of("CreateContainerConfigError", "CreateContainerError", "PreCreateHookError", "RunContainerError");
    /** What registries say of an image that they do not have. */
    private static final List<String> NOT_FOUND = List.of("not found", "manifest unknown", "name unknown");
    /** What is said of a registry that may be well again in a moment. */
    private static final Pattern REGISTRY_AWAY = Pattern.compile(
            "toomanyrequests|too many requests|status:? (?:code )?(?:429|5\\d\\d)|\\b5\\d\\d (?:internal|bad"
                    + " gateway|service|gateway)|timeout|timed out|deadline exceeded|connection refused|connection reset"
                    + "|\\beof\\b|no route to host|temporar|unavailable");
    /** What a runtime says of a program that it will never be able to start. */
    private static final Pattern NO_PROGRAM = Pattern.compile(
            "exec: .*(?:no such file or directory|executable file not found|permission denied)" + "|exec format error");
    /** What the kubelet says of a user that its own policy forbids. */
    private static final Pattern ROOT = Pattern.compile("non-root policy|runAsNonRoot");

    /** Running, and its startup or readiness probe does not pass yet. */
    static final String LOADING = "model loading";

    /** So often has to crash what may be waiting for something else. */
    private static final int CRASHES = 3;
    /** Longer than the kubelet's first back-off (10 s): a third attempt that comes when it may decides by itself. */
    private static final Duration BACK_OFF = Duration.ofSeconds(13);
    /** Memory does not come by waiting. */
    private static final int KILLS = 2;
    /** The last words of a program that ended: what matters is often at their end. */
    private static final int BRIEF = 300;

    static PodDiagnosis of(JsonNode pod) {
        String name = pod.path("metadata").path("name").asText();
        JsonNode status = pod.path("status");
        if (condition(status, "Ready").path("status").asText().equals("True")) {
            return new PodDiagnosis(name, true, Optional.empty(), "", Optional.empty());
        }
        if (stopping(pod)) {
            return new PodDiagnosis(name, false, Optional.empty(), "stopping", Optional.empty());
        }
        if (failed(pod)) {
            // Evicted, or its node went away: another takes its place.
            return new PodDiagnosis(
                    name, false, Optional.empty(), "failed: " + brief(reason(status)), Optional.empty());
        }
        JsonNode scheduled = condition(status, "PodScheduled");
        if (!scheduled.path("status").asText().equals("True")) {
            return unscheduled(pod, name, scheduled);
        }
        Optional<Trouble> trouble = Optional.empty();
        String words = "";
        for (JsonNode container : containers(status)) {
            Optional<Trouble> its = trouble(name, container, memory(pod, container));
            if (its.isPresent()
                    && (trouble.isEmpty()
                            || (its.get().certain() && !trouble.get().certain()))) {
                trouble = its;
                words = words(container);
            }
        }
        Phase phase = started(status) ? Phase.STARTING : Phase.PULLING;
        return new PodDiagnosis(name, false, Optional.of(phase), trouble.isPresent() ? words : detail(pod), trouble);
    }

    private static PodDiagnosis unscheduled(JsonNode pod, String name, JsonNode scheduled) {
        String why = firstSentence(scheduled.path("message").asText());
        boolean certain = scheduled.path("reason").asText().equals("Unschedulable");
        boolean gated = scheduled.path("reason").asText().equals("SchedulingGated");
        String where = why.isEmpty() ? "scheduling" : "scheduling (" + why + ")";
        Optional<Trouble> trouble = certain
                ? Optional.of(new Trouble(
                        "pod/" + name + "/schedule",
                        Cause.UNSCHEDULABLE,
                        "No node can take pod " + name + demands(pod) + ": " + why,
                        Trouble.SOON))
                : Optional.empty();
        return new PodDiagnosis(
                name, false, Optional.of(Phase.SCHEDULING), gated ? "held back by a scheduling gate" : where, trouble);
    }

    /** What a pod asks of a node, which the scheduler does not repeat. */
    private static String demands(JsonNode pod) {
        List<String> demands = new ArrayList<>();
        for (JsonNode container : pod.path("spec").path("containers")) {
            container
                    .path("resources")
                    .path("requests")
                    .properties()
                    .forEach(request -> demands.add(
                            request.getKey() + " " + request.getValue().asText()));
        }
        return demands.isEmpty() ? "" : " (it asks for " + String.join(", ", demands) + ")";
    }

    private static Optional<Trouble> trouble(String pod, JsonNode container, String memory) {
        JsonNode waiting = container.path("state").path("waiting");
        String reason = waiting.path("reason").asText();
        String message = Redactor.clean(waiting.path("message").asText());
        String name = container.path("name").asText();
        String key = "pod/" + pod + "/" + name + "/";
        String subject = "Container " + name + " of pod " + pod;
        if (PULL.contains(reason)) {
            return Optional.of(new Trouble(
                    key + "pull",
                    Cause.IMAGE_UNPULLABLE,
                    subject + " cannot get its image " + container.path("image").asText() + ": "
                            + (message.isEmpty() ? reason : message),
                    pullPatience(reason, message.toLowerCase(Locale.ROOT))));
        }
        if (CREATE.contains(reason)) {
            boolean certain =
                    NO_PROGRAM.matcher(message).find() || ROOT.matcher(message).find();
            return Optional.of(new Trouble(
                    key + "create",
                    Cause.CANNOT_START,
                    subject + " cannot be started: " + (message.isEmpty() ? reason : message + " (" + reason + ")"),
                    certain ? Duration.ZERO : Trouble.SOON));
        }
        return crash(container, subject, key, memory);
    }

    /** {@return the memory limit of a container, to be added to a sentence that ends with the word limit} */
    private static String memory(JsonNode pod, JsonNode status) {
        for (String kind : List.of("containers", "initContainers")) {
            for (JsonNode container : pod.path("spec").path(kind)) {
                JsonNode limit = container.path("resources").path("limits").path("memory");
                if (container.path("name").equals(status.path("name")) && limit.isTextual()) {
                    return " of " + limit.asText();
                }
            }
        }
        return "";
    }

    private static Duration pullPatience(String reason, String message) {
        if (reason.equals("InvalidImageName")
                || reason.equals("ErrImageNeverPull")
                || NOT_FOUND.stream().anyMatch(message::contains)) {
            return Duration.ZERO;
        }
        return REGISTRY_AWAY.matcher(message).find() ? Trouble.LATER : Trouble.SOON;
    }

    private static Optional<Trouble> crash(JsonNode container, String subject, String key, String memory) {
        JsonNode state = container.path("state");
        JsonNode ended = state.path("terminated");
        int restarts = container.path("restartCount").asInt();
        boolean waits = state.path("waiting").path("reason").asText().equals("CrashLoopBackOff");
        boolean down = waits || ended.path("exitCode").asInt() != 0;
        int crashes = down ? restarts + 1 : restarts;
        JsonNode last = ended.isMissingNode() ? container.path("lastState").path("terminated") : ended;
        boolean killed = last.path("reason").asText().equals("OOMKilled");
        boolean noProgram = last.path("reason").asText().equals("StartError")
                && NO_PROGRAM.matcher(last.path("message").asText()).find();
        Cause cause = killed ? Cause.OUT_OF_MEMORY : noProgram ? Cause.CANNOT_START : Cause.CRASH_LOOP;
        // One that runs at this moment may still come up, unless it has been tried often enough.
        boolean certain = down ? crashes >= (killed ? KILLS : noProgram ? 1 : CRASHES) : restarts >= CRASHES;
        // The kubelet calls it a crash loop after the second crash, and comes to the third attempt 10 to 25 s later.
        boolean loop = waits && crashes == CRASHES - 1;
        return certain || loop
                ? Optional.of(new Trouble(
                        key + "crash",
                        cause,
                        subject
                                + (down ? " has crashed " : " was started again ")
                                + (crashes == 1 ? "once" : crashes + " times")
                                + ended(last, crashes, memory),
                        certain ? Duration.ZERO : BACK_OFF))
                : Optional.empty();
    }

    /** {@return the trouble of a container that was up, and has ended since, whether it runs again or not} */
    static Trouble endedSince(JsonNode pod, JsonNode container) {
        JsonNode ended = container.path("state").path("terminated");
        JsonNode last = ended.isMissingNode() ? container.path("lastState").path("terminated") : ended;
        String name = pod.path("metadata").path("name").asText();
        return new Trouble(
                "pod/" + name + "/" + container.path("name").asText() + "/ended",
                last.path("reason").asText().equals("OOMKilled") ? Cause.OUT_OF_MEMORY : Cause.CRASH_LOOP,
                "Container " + container.path("name").asText() + " of pod " + name + " was up, and has ended since"
                        + ended(last, 1, memory(pod, container)),
                Duration.ZERO);
    }

    private static String ended(JsonNode last, int crashes, String memory) {
        if (last.isMissingNode()) {
            return "";
        }
        String reason = last.path("reason").asText();
        String message = brief(last.path("message").asText());
        String why =
                switch (reason) {
                    case "OOMKilled" -> " (OOMKilled: it needs more memory than its limit" + memory + ")";
                    case "", "Error" -> "";
                    default -> " (" + reason + ")";
                };
        return (crashes == 1 ? "" : ", the last time") + " with exit code "
                + last.path("exitCode").asInt() + why + (message.isEmpty() ? "" : ": " + message);
    }

    private static String words(JsonNode container) {
        String reason = container.path("state").path("waiting").path("reason").asText();
        if (PULL.contains(reason)) {
            return "cannot get its image";
        }
        return CREATE.contains(reason) ? "cannot be started" : "crashing";
    }

    private static String detail(JsonNode pod) {
        JsonNode status = pod.path("status");
        for (JsonNode container : containers(status)) {
            JsonNode state = container.path("state");
            int restarts = container.path("restartCount").asInt();
            String reason = state.path("waiting").path("reason").asText();
            boolean ended = state.path("terminated").path("exitCode").asInt() != 0;
            if (reason.equals("CrashLoopBackOff") || ended) {
                JsonNode last = ended
                        ? state.path("terminated")
                        : container.path("lastState").path("terminated");
                return "crashed " + (restarts == 0 ? "once" : restarts + 1 + " times")
                        + (last.has("exitCode")
                                ? " with exit code " + last.path("exitCode").asInt()
                                : "")
                        + ", starting again";
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
            if (reason.equals("ContainerCreating")) {
                // With its sandbox ready, an image is all that a container still waits for.
                return sandbox ? "pulling image" : "preparing";
            }
            if (reason.equals("PodInitializing")) {
                return "starting";
            }
        }
        int restarts = 0;
        for (JsonNode container : status.path("containerStatuses")) {
            restarts += container.path("restartCount").asInt();
        }
        if (status.path("containerStatuses").isEmpty()) {
            return "preparing";
        }
        return "model loading"
                + (restarts == 0 ? "" : " after " + restarts + (restarts == 1 ? " restart" : " restarts"));
    }

    /** {@return whether a container of it has run at all} */
    private static boolean started(JsonNode status) {
        for (JsonNode container : containers(status)) {
            if (container.path("state").has("running")
                    || container.path("state").has("terminated")
                    || container.path("lastState").has("terminated")) {
                return true;
            }
        }
        return false;
    }

    static boolean stopping(JsonNode pod) {
        return pod.path("metadata").hasNonNull("deletionTimestamp");
    }

    static boolean failed(JsonNode pod) {
        return pod.path("status").path("phase").asText().equals("Failed");
    }

    /** {@return why a pod failed as a whole} */
    static String reason(JsonNode status) {
        String reason = status.path("reason").asText();
        String message = status.path("message").asText();
        return message.isEmpty() ? reason : reason.isEmpty() ? message : reason + ": " + message;
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

    static List<JsonNode> containers(JsonNode status) {
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
