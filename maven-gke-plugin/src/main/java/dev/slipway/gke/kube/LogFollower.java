package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.LogLine;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.port.Pause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Follows the logs of a release's containers, those that come later included: each in a thread of its own. After a break, of the
 * container or of the way to it, it goes on after the last line that it has given.
 */
final class LogFollower {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final KubeApi api;
    private final Namespace namespace;
    private final Manifest manifest;
    private final ReleaseSecrets secrets;
    private final Pause pause;
    /** The streams that are open, by container. */
    private final Map<String, InputStream> open = new ConcurrentHashMap<>();
    /** The time of the last line that was given, by container, as the kubelet writes it. */
    private final Map<String, Instant> last = new ConcurrentHashMap<>();
    /** How often a container had been started when its log was followed to its end. */
    private final Map<String, Integer> ended = new ConcurrentHashMap<>();

    private volatile boolean over;

    LogFollower(KubeApi api, Namespace namespace, Manifest manifest, ReleaseSecrets secrets, Pause pause) {
        this.api = api;
        this.namespace = namespace;
        this.manifest = manifest;
        this.secrets = secrets;
        this.pause = pause;
    }

    /** Follows until the deadline, and {@return how many containers that were} */
    int follow(int tail, Deadline deadline, Consumer<LogLine> reader) {
        Set<String> seen = new HashSet<>();
        try {
            while (!deadline.passed()) {
                try {
                    look(tail, seen, reader);
                } catch (DeployFailure failure) {
                    if (failure.code() != FailureCode.CLUSTER_UNREACHABLE) {
                        throw failure;
                    }
                }
                pause.upTo(LOOK_AGAIN, deadline);
            }
        } finally {
            over = true;
            new HashMap<>(open).values().forEach(LogFollower::close);
        }
        return seen.size();
    }

    private void look(int tail, Set<String> seen, Consumer<LogLine> reader) {
        for (JsonNode pod : ReleasePods.of(api, namespace, manifest).all()) {
            for (JsonNode container : PodDiagnosis.containers(pod.path("status"))) {
                String name = container.path("name").asText();
                String key = pod.path("metadata").path("uid").asText() + " " + name;
                int starts = container.path("restartCount").asInt();
                boolean runs = container.path("state").has("running");
                boolean unread = container.path("state").has("terminated") && ended.getOrDefault(key, -1) < starts;
                if ((runs || unread) && !open.containsKey(key)) {
                    boolean first = seen.add(key);
                    start(pod, name, key, starts, first ? String.valueOf(tail) : "", reader);
                }
            }
        }
    }

    private void start(JsonNode pod, String container, String key, int starts, String tail, Consumer<LogLine> reader) {
        String name = pod.path("metadata").path("name").asText();
        Map<String, String> query = new HashMap<>(
                Map.of("container", container, "follow", "true", "timestamps", "true", "tailLines", tail));
        Optional<Instant> since = Optional.ofNullable(last.get(key));
        // To the second; what was given in it already is passed over.
        query.put(
                "sinceTime",
                since.map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                        .orElse(""));
        InputStream stream;
        try {
            stream = api.stream(ClusterDiagnostics.logPath(pod), query);
        } catch (IOException e) {
            // The next look tries again.
            return;
        }
        open.put(key, stream);
        Thread thread = new Thread(
                () -> read(stream, since, new LogLine(name, container, ""), key, starts, reader), "log " + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void read(
            InputStream stream,
            Optional<Instant> since,
            LogLine from,
            String key,
            int starts,
            Consumer<LogLine> reader) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null && !over; line = lines.readLine()) {
                int space = line.indexOf(' ');
                Instant time = Instant.parse(space < 0 ? line : line.substring(0, space));
                if (since.isPresent() && !time.isAfter(since.get())) {
                    continue;
                }
                last.put(key, time);
                give(
                        new LogLine(
                                from.pod(), from.container(), secrets.mask(space < 0 ? "" : line.substring(space + 1))),
                        reader);
            }
            ended.put(key, starts);
        } catch (IOException | DateTimeParseException broken) {
            // The next look goes on after the last line.
        } finally {
            open.remove(key);
        }
    }

    private synchronized void give(LogLine line, Consumer<LogLine> reader) {
        if (!over) {
            reader.accept(line);
        }
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException gone) {
            // It is closed, then.
        }
    }
}
