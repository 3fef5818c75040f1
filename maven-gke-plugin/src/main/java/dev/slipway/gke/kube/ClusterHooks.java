package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.port.Hooks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the Jobs and pods that Helm runs as hooks. Helm itself waits for a Job whose pod cannot even start until its time is
 * over, because Kubernetes never calls such a Job failed.
 */
public final class ClusterHooks implements Hooks {
    /** Longer than the kubelet waits before it tries again (10 s), so that trouble that stays was met twice. */
    private static final Duration SETTLED = Duration.ofSeconds(15);

    /** What a container waits for in vain, in the kubelet's words. */
    private static final Set<String> STUCK = Set.of(
            "CreateContainerConfigError",
            "CreateContainerError",
            "ErrImageNeverPull",
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "PreCreateHookError",
            "RunContainerError");

    private final KubeClients clients;

    public ClusterHooks(KubeClients clients) {
        this.clients = clients;
    }

    @Override
    public Watch watch(Connection connection, Namespace namespace, Manifest hooks) {
        KubeApi api = clients.of(connection);
        Set<String> old = new HashSet<>();
        for (KubeObject hook : hooks.objects()) {
            api.find(path(hook, namespace)).ifPresent(found -> old.add(uid(found)));
        }
        return new Seen(api, namespace, hooks, Set.copyOf(old));
    }

    private static String path(KubeObject hook, Namespace namespace) {
        String home = hook.namespace().orElse(namespace.value());
        return hook.kind().equals("Job")
                ? "/apis/batch/v1/namespaces/" + home + "/jobs/" + hook.name()
                : "/api/v1/namespaces/" + home + "/pods/" + hook.name();
    }

    private static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asText();
    }

    private final class Seen implements Watch {
        private final KubeApi api;
        private final Namespace namespace;
        private final Manifest hooks;
        private final Set<String> old;
        private final Map<String, Instant> stuckSince = new HashMap<>();

        Seen(KubeApi api, Namespace namespace, Manifest hooks, Set<String> old) {
            this.api = api;
            this.namespace = namespace;
            this.hooks = hooks;
            this.old = old;
        }

        @Override
        public Optional<String> trouble() {
            for (KubeObject hook : hooks.objects()) {
                Optional<JsonNode> found = api.find(path(hook, namespace)).filter(object -> !old.contains(uid(object)));
                if (found.isPresent()) {
                    Optional<String> trouble =
                            hook.kind().equals("Job") ? job(hook, found.get()) : pod(hook, found.get());
                    if (trouble.isPresent()) {
                        return trouble;
                    }
                }
            }
            return Optional.empty();
        }

        private Optional<String> job(KubeObject hook, JsonNode job) {
            JsonNode status = job.path("status");
            JsonNode failed = PodDiagnosis.condition(status, "Failed");
            if (failed.path("status").asText().equals("True")) {
                String message = Redactor.clean(failed.path("message").asText());
                return Optional.of("Hook " + hook + " has failed: "
                        + failed.path("reason").asText() + (message.isEmpty() ? "" : ", " + message));
            }
            if (status.path("succeeded").asInt() > 0) {
                return Optional.empty();
            }
            String home = hook.namespace().orElse(namespace.value());
            for (JsonNode pod : api.list(
                    "/api/v1/namespaces/" + home + "/pods", "batch.kubernetes.io/controller-uid=" + uid(job))) {
                Optional<String> trouble = stuck(hook, pod);
                if (trouble.isPresent()) {
                    return trouble;
                }
            }
            return Optional.empty();
        }

        private Optional<String> pod(KubeObject hook, JsonNode pod) {
            if (pod.path("status").path("phase").asText().equals("Failed")) {
                return Optional.of("Hook " + hook + " has failed" + ended(pod));
            }
            return stuck(hook, pod);
        }

        private Optional<String> stuck(KubeObject hook, JsonNode pod) {
            String name = pod.path("metadata").path("name").asText();
            for (JsonNode container : containers(pod)) {
                JsonNode waiting = container.path("state").path("waiting");
                String reason = waiting.path("reason").asText();
                String key = uid(pod) + "/" + container.path("name").asText();
                if (!STUCK.contains(reason)) {
                    stuckSince.remove(key);
                    continue;
                }
                Instant now = clients.clock().instant();
                @Nullable Instant since = stuckSince.putIfAbsent(key, now);
                if (since != null && Duration.between(since, now).compareTo(SETTLED) >= 0) {
                    String message = Redactor.clean(waiting.path("message").asText());
                    return Optional.of("Hook " + hook + " cannot start: container "
                            + container.path("name").asText() + " of pod " + name + " is in " + reason
                            + (message.isEmpty() ? "" : ": " + message));
                }
            }
            return Optional.empty();
        }

        private String ended(JsonNode pod) {
            for (JsonNode container : containers(pod)) {
                JsonNode ended = container.path("state").path("terminated");
                if (ended.path("exitCode").asInt() != 0) {
                    return ": container " + container.path("name").asText() + " ended with exit code "
                            + ended.path("exitCode").asInt();
                }
            }
            String reason = Redactor.clean(pod.path("status").path("reason").asText());
            return reason.isEmpty() ? "" : ": " + reason;
        }

        private List<JsonNode> containers(JsonNode pod) {
            List<JsonNode> containers = new ArrayList<>();
            pod.path("status").path("initContainerStatuses").forEach(containers::add);
            pod.path("status").path("containerStatuses").forEach(containers::add);
            return containers;
        }
    }
}
