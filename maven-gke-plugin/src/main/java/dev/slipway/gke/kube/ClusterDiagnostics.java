package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.LogLine;
import dev.slipway.gke.model.LogQuery;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.port.Diagnostics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Collects what the cluster knows of a release that does not run. Everything is asked for side by side and within a time, so
 * that one object that cannot be read, or an API server that is slow, does not lose the rest. What is known to be secret is taken
 * out: the values of the Secrets of the release, of those that its pods use, and whatever looks like a credential.
 */
public final class ClusterDiagnostics implements Diagnostics {
    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final int THREADS = 6;
    private static final int PODS = 6;
    private static final int SECRETS = 20;
    private static final int EVENTS = 40;
    private static final int LINES = 50;
    private static final int LINE = 2000;
    private static final int LOG_BYTES = 64 << 10;

    /** What the kubelet gives for a log that it has thrown away; it keeps one ended container of each. */
    private static final String GONE = "unable to retrieve container logs for ";

    private final KubeClients clients;

    public ClusterDiagnostics(KubeClients clients) {
        this.clients = clients;
    }

    @Override
    public Evidence collect(Connection connection, Namespace namespace, Manifest manifest) {
        Deadline deadline = Deadline.in(LIMIT, clients.clock());
        KubeApi api = clients.of(connection).hasty();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, ClusterDiagnostics::daemon);
        try {
            List<Callable<ReleasePods>> searches = new ArrayList<>();
            manifest.objects().forEach(object -> searches.add(() -> ReleasePods.of(api, namespace, object)));
            Set<String> homes = homes(namespace, manifest);
            Future<List<JsonNode>> events = threads.submit(() -> events(api, homes));
            List<ReleasePods> found = all(threads, searches, part(deadline, 3));
            ReleasePods pods = ReleasePods.joined(found);
            List<JsonNode> chosen = pods.mostTelling(PODS);
            ReleaseSecrets secrets = ReleaseSecrets.of(manifest);
            learn(api, threads, chosen, secrets, part(deadline, 3));
            Map<String, List<String>> logs = logs(api, threads, chosen, secrets, deadline.left());
            return new Evidence(
                    chosen.stream().map(pod -> pod(pod, logs, secrets)).toList(),
                    events(result(events, deadline.left()).orElse(List.of()), pods.involved(), secrets));
        } finally {
            threads.shutdownNow();
        }
    }

    @Override
    public int logs(
            Connection connection,
            Namespace namespace,
            Manifest manifest,
            LogQuery query,
            Deadline deadline,
            Consumer<LogLine> reader) {
        KubeApi api = clients.of(connection);
        ReleaseSecrets secrets = ReleaseSecrets.of(manifest);
        if (query.follow()) {
            return new LogFollower(api, namespace, manifest, secrets, clients.pause())
                    .follow(query.tail(), deadline, reader);
        }
        int containers = 0;
        for (JsonNode pod : ReleasePods.of(api, namespace, manifest).all()) {
            for (String secret : secretsOf(pod)) {
                learn(api, secret, secrets);
            }
            for (JsonNode container : PodDiagnosis.containers(pod.path("status"))) {
                String name = container.path("name").asText();
                Optional<String> text = read(api, pod, name, query.previous(), query.tail());
                if (text.isPresent()) {
                    containers++;
                    String podName = pod.path("metadata").path("name").asText();
                    secrets.mask(text.get()).lines().forEach(line -> reader.accept(new LogLine(podName, name, line)));
                }
            }
        }
        return containers;
    }

    private static Optional<String> read(KubeApi api, JsonNode pod, String container, boolean previous, int tail) {
        String path = logPath(pod);
        try {
            return api.text(path, logQuery(container, previous, tail), Integer.MAX_VALUE)
                    .filter(text -> !text.startsWith(GONE));
        } catch (IOException e) {
            throw api.failures().of("reading " + path, e);
        }
    }

    static String logPath(JsonNode pod) {
        JsonNode metadata = pod.path("metadata");
        return "/api/v1/namespaces/" + metadata.path("namespace").asText() + "/pods/"
                + metadata.path("name").asText() + "/log";
    }

    private static Map<String, String> logQuery(String container, boolean previous, int tail) {
        Map<String, String> query = new TreeMap<>();
        query.put("container", container);
        query.put("tailLines", String.valueOf(tail));
        query.put("previous", previous ? "true" : "");
        return query;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "evidence");
        thread.setDaemon(true);
        return thread;
    }

    private static Set<String> homes(Namespace namespace, Manifest manifest) {
        Set<String> homes = new TreeSet<>();
        homes.add(namespace.value());
        manifest.objects().forEach(object -> object.namespace().ifPresent(homes::add));
        return homes;
    }

    private static List<JsonNode> events(KubeApi api, Set<String> homes) {
        List<JsonNode> events = new ArrayList<>();
        homes.forEach(
                home -> events.addAll(api.list("/api/v1/namespaces/" + home + "/events", Map.of("limit", "500"))));
        return events;
    }

    private static List<Evidence.Event> events(List<JsonNode> events, Set<String> involved, ReleaseSecrets secrets) {
        Map<String, Evidence.Event> collapsed = new LinkedHashMap<>();
        events.stream()
                .filter(event -> involved.contains(object(event)))
                .sorted(Comparator.comparing(PodEvents::at))
                .map(event -> new Evidence.Event(
                        PodEvents.at(event),
                        object(event),
                        event.path("type").asText(),
                        event.path("reason").asText(),
                        secrets.mask(Redactor.clean(event.path("message").asText())),
                        Math.max(
                                1,
                                event.path("series")
                                        .path("count")
                                        .asInt(event.path("count").asInt(1)))))
                // Controllers that try again and again do so with another name each time.
                .forEach(event -> collapsed.merge(
                        event.object()
                                + event.reason()
                                + event.message()
                                        .replaceFirst("^\\(combined from similar events\\): ", "")
                                        .replaceAll("-[a-z0-9]{5}\"", "\""),
                        event,
                        (first, second) -> new Evidence.Event(
                                second.at(),
                                second.object(),
                                second.type(),
                                second.reason(),
                                second.message(),
                                first.count() + second.count())));
        List<Evidence.Event> sorted = collapsed.values().stream()
                .sorted(Comparator.comparing(Evidence.Event::at))
                .toList();
        return sorted.subList(Math.max(0, sorted.size() - EVENTS), sorted.size());
    }

    private static String object(JsonNode event) {
        JsonNode object = event.path("involvedObject");
        return object.path("kind").asText() + "/" + object.path("name").asText();
    }

    private static void learn(
            KubeApi api, ExecutorService threads, List<JsonNode> pods, ReleaseSecrets secrets, Duration limit) {
        Set<String> paths = new TreeSet<>();
        pods.forEach(pod -> paths.addAll(secretsOf(pod)));
        List<Callable<Boolean>> readings = new ArrayList<>();
        paths.stream().limit(SECRETS).forEach(path -> readings.add(() -> learn(api, path, secrets)));
        all(threads, readings, limit);
    }

    private static boolean learn(KubeApi api, String path, ReleaseSecrets secrets) {
        try {
            api.find(path).ifPresent(secrets::learn);
            return true;
        } catch (DeployFailure unreadable) {
            if (unreadable.code() == FailureCode.INTERRUPTED) {
                throw unreadable;
            }
            // Then its values are known to us by their looks alone.
            return false;
        }
    }

    /** {@return where the Secrets are that a pod uses} */
    private static Set<String> secretsOf(JsonNode pod) {
        Set<String> names = new HashSet<>();
        JsonNode spec = pod.path("spec");
        spec.findValues("secretKeyRef")
                .forEach(ref -> names.add(ref.path("name").asText()));
        spec.findValues("secretRef").forEach(ref -> names.add(ref.path("name").asText()));
        for (JsonNode volume : spec.path("volumes")) {
            names.add(volume.path("secret").path("secretName").asText());
            for (JsonNode source : volume.path("projected").path("sources")) {
                names.add(source.path("secret").path("name").asText());
            }
        }
        names.remove("");
        Set<String> paths = new TreeSet<>();
        names.forEach(name -> paths.add(
                "/api/v1/namespaces/" + pod.path("metadata").path("namespace").asText() + "/secrets/" + name));
        return paths;
    }

    private static Map<String, List<String>> logs(
            KubeApi api, ExecutorService threads, List<JsonNode> pods, ReleaseSecrets secrets, Duration limit) {
        record Log(String key, List<String> lines) {}
        List<Callable<Log>> readings = new ArrayList<>();
        for (JsonNode pod : pods) {
            for (JsonNode container : PodDiagnosis.containers(pod.path("status"))) {
                String name = container.path("name").asText();
                boolean waits = container.path("state").has("waiting");
                boolean before = container.path("lastState").has("terminated");
                if (!waits || before) {
                    readings.add(() -> new Log(key(pod, name, false), tail(api, pod, name, false, secrets)));
                }
                if (before) {
                    readings.add(() -> new Log(key(pod, name, true), tail(api, pod, name, true, secrets)));
                }
            }
        }
        Map<String, List<String>> logs = new LinkedHashMap<>();
        all(threads, readings, limit).forEach(log -> logs.put(log.key(), log.lines()));
        return logs;
    }

    private static String key(JsonNode pod, String container, boolean previous) {
        return pod.path("metadata").path("uid").asText() + " " + container + " " + previous;
    }

    private static List<String> tail(
            KubeApi api, JsonNode pod, String container, boolean previous, ReleaseSecrets secrets) throws IOException {
        Map<String, String> query = logQuery(container, previous, LINES);
        query.put("limitBytes", String.valueOf(LOG_BYTES));
        List<String> lines = secrets.mask(api.text(logPath(pod), query, LOG_BYTES)
                        .filter(text -> !text.startsWith(GONE))
                        .orElse(""))
                .lines()
                .map(line -> line.length() <= LINE ? line : line.substring(0, LINE) + "…")
                .toList();
        return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    }

    private static Evidence.Pod pod(JsonNode pod, Map<String, List<String>> logs, ReleaseSecrets secrets) {
        JsonNode status = pod.path("status");
        List<Evidence.Container> containers = new ArrayList<>();
        int restarts = 0;
        for (JsonNode container : PodDiagnosis.containers(status)) {
            restarts += container.path("restartCount").asInt();
            containers.add(container(pod, container, logs));
        }
        return new Evidence.Pod(
                pod.path("metadata").path("name").asText(),
                status.path("phase").asText(),
                PodReason.of(pod).map(secrets::mask),
                restarts,
                containers);
    }

    private static Evidence.Container container(JsonNode pod, JsonNode container, Map<String, List<String>> logs) {
        String name = container.path("name").asText();
        JsonNode ended = container.path("state").path("terminated");
        JsonNode last = ended.isMissingNode() ? container.path("lastState").path("terminated") : ended;
        return new Evidence.Container(
                name,
                container.path("image").asText(),
                PodReason.state(container),
                last.has("exitCode") ? Optional.of(last.path("exitCode").asInt()) : Optional.empty(),
                logs.getOrDefault(key(pod, name, false), List.of()),
                logs.getOrDefault(key(pod, name, true), List.of()));
    }

    private static Duration part(Deadline deadline, int seconds) {
        Duration part = Duration.ofSeconds(seconds);
        return part.compareTo(deadline.left()) < 0 ? part : deadline.left();
    }

    /** {@return what those tasks gave that ended well and in time} */
    private static <T> List<T> all(ExecutorService threads, List<Callable<T>> tasks, Duration limit) {
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks, limit.toMillis(), TimeUnit.MILLISECONDS)) {
                result(future, Duration.ZERO).ifPresent(results::add);
            }
            return results;
        } catch (InterruptedException e) {
            throw DeployFailure.interrupted("collecting the evidence", e);
        }
    }

    private static <T> Optional<T> result(Future<T> future, Duration limit) {
        try {
            return Optional.of(future.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw DeployFailure.interrupted("collecting the evidence", e);
        } catch (ExecutionException | CancellationException | java.util.concurrent.TimeoutException lost) {
            return Optional.empty();
        }
    }
}
