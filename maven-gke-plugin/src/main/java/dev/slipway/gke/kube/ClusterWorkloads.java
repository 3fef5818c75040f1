package dev.slipway.gke.kube;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.RolloutState.Cause;
import dev.slipway.gke.model.RolloutState.Phase;
import dev.slipway.gke.port.Workloads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at what runs. A rollout is complete when every replica of every Deployment, StatefulSet and DaemonSet is of the newest
 * revision and available and no other is left, not merely as many as may be missing during an update.
 *
 * <p>It is stalled only when that is certain, or when the same trouble stays over several looks: use one instance for a run.
 */
public final class ClusterWorkloads implements Workloads {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** How long a container without a probe has to run before it counts as ready. */
    private static final Duration STEADY = Duration.ofSeconds(5);

    private static final Duration LATELY = Duration.ofMinutes(1);
    /** So many pods of a workload are asked for their events on one look. */
    private static final int CURIOSITY = 3;

    private static final int FAILED_PODS = 3;

    private final KubeClients clients;
    private final Looks looks;
    private final Settling settling;
    private final Map<Connection, Boolean> autoscaled = new ConcurrentHashMap<>();

    public ClusterWorkloads(KubeClients clients) {
        this.clients = clients;
        this.looks = new Looks(clients.clock());
        this.settling = new Settling(clients.clock());
    }

    @Override
    public boolean exists(Connection connection, Namespace namespace) {
        Optional<JsonNode> found = clients.of(connection).find("/api/v1/namespaces/" + namespace);
        found.filter(object -> object.at("/status/phase").asText().equals("Terminating"))
                .ifPresent(object -> {
                    throw FailureTranslator.ending(connection, namespace.value(), whatRemains(object));
                });
        return found.isPresent();
    }

    /** {@return the cluster's own words for what keeps a namespace from being gone; empty if it has none} */
    private static String whatRemains(JsonNode namespace) {
        return namespace
                .path("status")
                .path("conditions")
                .valueStream()
                .filter(condition -> condition.path("status").asText().equals("True"))
                .filter(condition -> condition.path("type").asText().endsWith("Remaining"))
                .map(condition -> condition.path("message").asText())
                .collect(joining("; "));
    }

    @Override
    public void create(Connection connection, Namespace namespace) {
        ObjectNode object = JSON.createObjectNode();
        object.put("apiVersion", "v1").put("kind", "Namespace");
        object.putObject("metadata")
                .put("name", namespace.value())
                .putObject("labels")
                .put("app.kubernetes.io/managed-by", "gke-maven-plugin");
        KubeApi api = clients.of(connection);
        if (api.create("/api/v1/namespaces", object).isPresent()) {
            return;
        }
        boolean ending = api.find("/api/v1/namespaces/" + namespace)
                .map(found -> found.path("status").path("phase").asText())
                .filter("Terminating"::equals)
                .isPresent();
        if (ending) {
            throw new DeployFailure(
                    FailureCode.NAMESPACE_MISSING,
                    "The namespace " + namespace + " is being deleted",
                    connection.cluster(),
                    "Run the same command again when it is gone: kubectl get namespace " + namespace);
        }
    }

    @Override
    public RolloutState rollout(Connection connection, Namespace namespace, Manifest manifest) {
        KubeApi api = clients.of(connection).hasty();
        ReleaseSecrets secrets = ReleaseSecrets.of(manifest);
        List<RolloutState.Count> counts = new ArrayList<>();
        List<RolloutState.Waiting> waiting = new ArrayList<>();
        List<Trouble> stalls = new ArrayList<>();
        boolean complete = true;
        for (KubeObject object : manifest.objects()) {
            String home = object.namespace().orElse(namespace.value());
            if (WorkloadPods.PLURALS.containsKey(object.kind())) {
                Look look = look(api, home, object);
                counts.add(look.masked(secrets));
                waiting.addAll(look.waiting());
                look.stall().ifPresent(stalls::add);
                complete &= look.complete();
            } else if (object.kind().equals("Job")) {
                Optional<Trouble> refused = refusedJob(api, home, object);
                settled(object.toString(), refused.stream().toList()).ifPresent(stalls::add);
                complete &= refused.isEmpty();
            }
        }
        if (!stalls.isEmpty()) {
            return stalled(counts, stalls, secrets);
        }
        return complete ? new RolloutState.Complete(counts) : new RolloutState.Progressing(counts, waiting);
    }

    private static RolloutState.Stalled stalled(
            List<RolloutState.Count> counts, List<Trouble> stalls, ReleaseSecrets secrets) {
        return new RolloutState.Stalled(
                counts,
                stalls.get(0).cause(),
                stalls.stream().map(stall -> secrets.mask(stall.sentence())).collect(joining("; ")));
    }

    @Override
    public RolloutState settled(Connection connection, Namespace namespace, Manifest manifest) {
        KubeApi api = clients.of(connection).hasty();
        List<Look> seen = manifest.objects().stream()
                .filter(object -> WorkloadPods.PLURALS.containsKey(object.kind()))
                .map(object -> settling.look(api, object.namespace().orElse(namespace.value()), object))
                .toList();
        List<RolloutState.Count> counts = seen.stream().map(Look::count).toList();
        List<Trouble> stalls =
                seen.stream().flatMap(look -> look.stall().stream()).toList();
        if (!stalls.isEmpty()) {
            return stalled(counts, stalls, ReleaseSecrets.of(manifest));
        }
        return seen.stream().allMatch(Look::complete)
                ? new RolloutState.Complete(counts)
                : new RolloutState.Progressing(counts);
    }

    @Override
    public int remaining(Connection connection, Namespace namespace, Manifest manifest) {
        KubeApi api = clients.of(connection);
        int remaining = 0;
        for (KubeObject object : manifest.objects()) {
            if (kept(object)) {
                continue;
            }
            Optional<String> path = api.mapping().path(object, namespace);
            if (path.isPresent() && api.exists(path.get())) {
                remaining++;
            }
            String selector = podSelector(object);
            if (!selector.isEmpty()) {
                remaining += api.count(pods(namespace, object), selector);
            }
        }
        return remaining;
    }

    /** What one workload looks like now. */
    record Look(
            RolloutState.Count count, boolean complete, List<RolloutState.Waiting> waiting, Optional<Trouble> stall) {
        Look(RolloutState.Count count, boolean complete) {
            this(count, complete, List.of(), Optional.empty());
        }

        RolloutState.Count masked(ReleaseSecrets secrets) {
            return new RolloutState.Count(
                    count.workload(), count.wanted(), count.updated(), count.ready(), secrets.mask(count.detail()));
        }
    }

    private Look look(KubeApi api, String home, KubeObject object) {
        Optional<JsonNode> found = api.find("/apis/apps/v1/namespaces/" + home + "/"
                + WorkloadPods.PLURALS.get(object.kind()) + "/" + object.name());
        if (found.isEmpty()) {
            int wanted = JSON.valueToTree(object.body())
                    .path("spec")
                    .path("replicas")
                    .asInt(1);
            return new Look(new RolloutState.Count(object.toString(), wanted, 0, 0, "not there yet"), false);
        }
        JsonNode workload = found.get();
        WorkloadStatus status = WorkloadStatus.of(object.kind(), workload);
        if (status.complete()) {
            return finished(api, home, object, workload, status);
        }
        if (!status.observed()) {
            // What the controller says is still about the revision before.
            return new Look(new RolloutState.Count(status.name(), status.wanted(), 0, 0, ""), false);
        }
        WorkloadPods pods = WorkloadPods.of(api, home, object.kind(), workload);
        settling.comesUp(home, object, pods);
        List<PodDiagnosis> diagnoses = diagnose(api, home, pods);
        List<Trouble> troubles = new ArrayList<>();
        diagnoses.forEach(pod -> pod.trouble().ifPresent(troubles::add));
        failed(status.name(), pods).ifPresent(troubles::add);
        status.trouble()
                .or(() -> refused(api, home, object, workload, status, pods))
                .ifPresent(troubles::add);
        if (pods.leaving()) {
            // What goes makes room, in quotas and on nodes.
            troubles.removeIf(trouble -> !trouble.certain()
                    && (trouble.cause() == Cause.UNSCHEDULABLE || trouble.cause() == Cause.PODS_REFUSED));
        }
        int ready = (int) diagnoses.stream().filter(PodDiagnosis::ready).count();
        List<RolloutState.Waiting> waiting = diagnoses.stream()
                .flatMap(pod -> pod.phase().map(phase -> new RolloutState.Waiting(pod.pod(), phase)).stream())
                .toList();
        return new Look(
                new RolloutState.Count(
                        status.name(),
                        status.wanted(),
                        status.updated(),
                        ready,
                        detail(status, diagnoses, ready, !troubles.isEmpty())),
                false,
                waiting,
                settled(status.name(), troubles));
    }

    /** All is as it should be; where no probe says so, it is believed once it has stayed so for a moment. */
    private Look finished(KubeApi api, String home, KubeObject object, JsonNode workload, WorkloadStatus status) {
        Set<String> held = new HashSet<>();
        boolean believed = true;
        if (unprobed(workload)) {
            WorkloadPods pods = WorkloadPods.of(api, home, object.kind(), workload);
            settling.comesUp(home, object, pods);
            Optional<String> young = young(pods.newest());
            if (young.isPresent()) {
                String key = status.name() + " steady/" + young.get();
                held.add(key);
                believed = looks.settled(key, "", STEADY);
            }
        }
        looks.end(status.name(), held);
        if (believed) {
            settling.isUp(home, object, status.wanted());
        }
        return new Look(
                new RolloutState.Count(
                        status.name(),
                        status.wanted(),
                        status.updated(),
                        status.wanted(),
                        believed ? "" : "without a readiness probe: seeing whether it stays up"),
                believed);
    }

    /** {@return whether a container counts as ready as soon as it runs} */
    private static boolean unprobed(JsonNode workload) {
        for (JsonNode container :
                workload.path("spec").path("template").path("spec").path("containers")) {
            if (!container.has("readinessProbe")) {
                return true;
            }
        }
        return false;
    }

    /** {@return what tells these pods' containers from any that replace them; empty if none was started lately} */
    private Optional<String> young(List<JsonNode> pods) {
        Instant lately = looks.now().minus(LATELY);
        StringBuilder starts = new StringBuilder();
        boolean young = false;
        for (JsonNode pod : pods) {
            for (JsonNode container : pod.path("status").path("containerStatuses")) {
                String start = container
                        .path("state")
                        .path("running")
                        .path("startedAt")
                        .asText();
                young |= !start.isEmpty() && Instant.parse(start).isAfter(lately);
                starts.append(container.path("containerID").asText()).append(' ');
            }
        }
        return young ? Optional.of(Integer.toHexString(starts.toString().hashCode())) : Optional.empty();
    }

    private List<PodDiagnosis> diagnose(KubeApi api, String home, WorkloadPods pods) {
        List<PodDiagnosis> diagnoses = new ArrayList<>();
        int asked = 0;
        for (JsonNode pod : pods.newest()) {
            if (PodDiagnosis.failed(pod)) {
                continue;
            }
            PodDiagnosis diagnosis = PodDiagnosis.of(pod);
            boolean curious =
                    diagnosis.trouble().isPresent() || diagnosis.detail().equals("preparing");
            if (curious && asked++ < CURIOSITY) {
                String uid = pod.path("metadata").path("uid").asText();
                diagnosis = new PodEvents(events(api, home, uid))
                        .explain(diagnosis, () -> autoscaled.computeIfAbsent(api.connection(), c -> autoscaled(api)));
            }
            diagnoses.add(diagnosis);
        }
        return diagnoses;
    }

    /** {@return that pod after pod of the newest revision fails as a whole, such as by eviction} */
    private static Optional<Trouble> failed(String workload, WorkloadPods pods) {
        List<JsonNode> failed =
                pods.newest().stream().filter(PodDiagnosis::failed).toList();
        if (failed.size() < FAILED_PODS) {
            return Optional.empty();
        }
        JsonNode last = failed.get(failed.size() - 1);
        return Optional.of(new Trouble(
                "failed",
                Cause.OTHER,
                failed.size() + " pods of " + workload + " have failed, one of them with: "
                        + Redactor.clean(PodDiagnosis.reason(last.path("status"))),
                Duration.ZERO));
    }

    private static Optional<Trouble> refused(
            KubeApi api, String home, KubeObject object, JsonNode workload, WorkloadStatus status, WorkloadPods pods) {
        if (object.kind().equals("Deployment") || pods.newest().size() >= status.wanted()) {
            // A Deployment says so itself.
            return Optional.empty();
        }
        String uid = workload.path("metadata").path("uid").asText();
        return Refusal.among(events(api, home, uid), workload).map(words -> Refusal.of(status.name(), uid, words));
    }

    private static Optional<Trouble> refusedJob(KubeApi api, String home, KubeObject object) {
        Optional<JsonNode> job = api.find("/apis/batch/v1/namespaces/" + home + "/jobs/" + object.name());
        JsonNode status = job.map(found -> found.path("status")).orElseGet(Kubeconfig::node);
        if (job.isEmpty()
                || status.path("active").asInt()
                                + status.path("succeeded").asInt()
                                + status.path("failed").asInt()
                        > 0) {
            return Optional.empty();
        }
        String uid = job.get().path("metadata").path("uid").asText();
        return Refusal.among(events(api, home, uid), job.get()).map(words -> Refusal.of(object.toString(), uid, words));
    }

    /** {@return the trouble that will not pass by itself, if one of these is known to be} */
    private Optional<Trouble> settled(String workload, List<Trouble> troubles) {
        Optional<Trouble> stall = Optional.empty();
        Set<String> keys = new HashSet<>();
        for (Trouble trouble : troubles) {
            String key = workload + " " + trouble.key();
            keys.add(key);
            if (looks.settled(key, trouble.sentence(), trouble.patience())
                    && (stall.isEmpty() || rank(trouble) < rank(stall.get()))) {
                stall = Optional.of(trouble.saying(looks.words(key, trouble.sentence())));
            }
        }
        looks.end(workload, keys);
        return stall;
    }

    /** What a container says comes before what its workload makes of it. */
    private static int rank(Trouble trouble) {
        return switch (trouble.cause()) {
            case DEADLINE_EXCEEDED, OTHER -> 1;
            default -> 0;
        };
    }

    /** {@return the events of one object; none if we may not read them} */
    private static List<JsonNode> events(KubeApi api, String home, String uid) {
        try {
            return api.list(
                    "/api/v1/namespaces/" + home + "/events", Map.of("fieldSelector", "involvedObject.uid=" + uid));
        } catch (DeployFailure denied) {
            if (denied.code() == FailureCode.CLUSTER_DENIED) {
                return List.of();
            }
            throw denied;
        }
    }

    /** {@return whether the cluster is of a kind that may add nodes by itself} */
    private static boolean autoscaled(KubeApi api) {
        String version =
                api.find("/version").map(it -> it.path("gitVersion").asText()).orElse("");
        return version.contains("-gke.") || version.contains("-eks-");
    }

    private static String detail(WorkloadStatus status, List<PodDiagnosis> pods, int ready, boolean trouble) {
        List<String> parts = new ArrayList<>();
        List<PodDiagnosis> homeless = pods.stream()
                .filter(pod -> pod.phase().filter(Phase.SCHEDULING::equals).isPresent())
                .toList();
        if (!homeless.isEmpty()) {
            String why = homeless.get(homeless.size() - 1).detail().replaceFirst("^scheduling ?", "");
            parts.add("scheduled " + (pods.size() - homeless.size()) + "/" + status.wanted()
                    + (why.isEmpty() ? "" : " " + why));
        }
        Map<String, Long> details = pods.stream()
                .filter(pod -> !pod.ready() && !homeless.contains(pod))
                .collect(groupingBy(PodDiagnosis::detail, LinkedHashMap::new, counting()));
        boolean all = parts.isEmpty() && details.size() == 1 && ready == 0;
        details.forEach((detail, count) -> parts.add(all ? detail : count + " " + detail));
        if (!parts.isEmpty()) {
            return String.join(", ", parts);
        }
        if (pods.isEmpty()) {
            return trouble ? "cannot create its pods" : "";
        }
        return ready >= status.wanted() ? "the last old pods are stopping" : "";
    }

    private static String pods(Namespace namespace, KubeObject object) {
        return "/api/v1/namespaces/" + object.namespace().orElse(namespace.value()) + "/pods";
    }

    private static String podSelector(KubeObject object) {
        if (object.kind().equals("Job")) {
            return "job-name=" + object.name();
        }
        if (!WorkloadPods.PLURALS.containsKey(object.kind())) {
            return "";
        }
        JsonNode body = JSON.valueToTree(object.body());
        return LabelSelector.of(body.path("spec").path("selector"));
    }

    /** {@return whether Helm leaves the object behind on purpose} */
    private static boolean kept(KubeObject object) {
        JsonNode body = JSON.valueToTree(object.body());
        return body.path("metadata")
                .path("annotations")
                .path("helm.sh/resource-policy")
                .asText()
                .equals("keep");
    }
}
