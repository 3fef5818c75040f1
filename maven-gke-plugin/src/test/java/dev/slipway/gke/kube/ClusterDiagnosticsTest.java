package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.LogLine;
import dev.slipway.gke.model.LogQuery;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The evidence of a release that does not run")
class ClusterDiagnosticsTest {
    private static final Namespace DEV = new Namespace("dev");
    private static final String PODS = "GET /api/v1/namespaces/dev/pods";
    private static final Manifest JOB = Manifests.parse("""
        {apiVersion: batch/v1, kind: Job, metadata: {name: hook}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: mine}, stringData: {key: canary-of-the-release}}
        """);

    @TempDir
    private Path folder;

    private FakeApiServer server;
    private KubeClients clients;
    private Connection connection;
    private ClusterDiagnostics diagnostics;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer(FakeApiServer.Identity.local(folder));
        clients = new KubeClients(new NoPause(), Clock.systemUTC());
        connection = server.connection(folder, "{}");
        diagnostics = new ClusterDiagnostics(clients);
    }

    @AfterEach
    void stop() {
        clients.close();
        server.close();
    }

    @Test
    @DisplayName("of a hook: its pod, both logs, its events, and no secret of the release or of the pod in any of it")
    void hook() {
        ObjectNode pod = pod("crash");
        ((ObjectNode) pod.at("/spec/containers/0"))
                .putArray("envFrom")
                .addObject()
                .putObject("secretRef")
                .put("name", "theirs");
        server.answers(PODS, 200, items(pod));
        server.answers(
                "GET /api/v1/namespaces/dev/secrets/theirs", 200, "{\"data\":{\"k\":\"Y2FuYXJ5LW9mLXRoZS1wb2Q=\"}}");
        server.answers(PODS + "/crash/log", 200, "one\nwith canary-of-the-release\nand canary-of-the-pod\n");
        server.answers("GET /api/v1/namespaces/dev/events", 200, """
            {"items":[
             {"involvedObject":{"kind":"Pod","name":"crash"},"type":"Warning","reason":"BackOff","count":2,
              "message":"canary-of-the-pod","lastTimestamp":"2026-01-01T00:00:02Z"},
             {"involvedObject":{"kind":"Job","name":"hook"},"type":"Normal","reason":"SuccessfulCreate",
              "message":"Created pod: crash","lastTimestamp":"2026-01-01T00:00:01Z"},
             {"involvedObject":{"kind":"Pod","name":"other"},"type":"Warning","reason":"BackOff","message":"not ours"}]}""");

        Evidence evidence = diagnostics.collect(connection, DEV, JOB);

        assertThat(evidence.events())
                .containsExactly(
                        new Evidence.Event(
                                Instant.parse("2026-01-01T00:00:01Z"),
                                "Job/hook",
                                "Normal",
                                "SuccessfulCreate",
                                "Created pod: crash",
                                1),
                        new Evidence.Event(
                                Instant.parse("2026-01-01T00:00:02Z"), "Pod/crash", "Warning", "BackOff", "****", 2));
        Evidence.Container container = evidence.pods().get(0).containers().get(0);
        assertThat(container.log()).containsExactly("one", "with ****", "and ****");
        assertThat(container.previousLog()).hasSize(3);
        assertThat(container.exitCode()).contains(1);
        assertThat(evidence.pods().get(0).reason()).contains("CrashLoopBackOff");
    }

    @Test
    @DisplayName("is as much as can be had: what is refused or away does not lose the rest")
    void partly() {
        server.answers(PODS, 200, items(pod("crash")));
        server.answers(PODS + "/crash/log", 500, "{}");
        server.answers("GET /api/v1/namespaces/dev/events", 403, FakeApiServer.status("Forbidden", "no"));

        Evidence evidence = diagnostics.collect(connection, DEV, JOB);

        assertThat(evidence.pods()).hasSize(1);
        assertThat(evidence.pods().get(0).containers().get(0).log()).isEmpty();
        assertThat(evidence.events()).isEmpty();
    }

    @Test
    @DisplayName("is none, soon, where there is no API server")
    void away() {
        server.close();
        Instant start = Instant.now();

        assertThat(diagnostics.collect(connection, DEV, JOB).empty()).isTrue();
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(9));
    }

    @Test
    @DisplayName("shows those in trouble first, and the pods of the newest revision alone while there are any")
    void order() {
        server.answers(PODS, 200, items(pod("ready"), pod("not-ready"), pod("oom")));

        assertThat(diagnostics.collect(connection, DEV, JOB).pods())
                .extracting(Evidence.Pod::name)
                .containsExactly("oom", "not-ready", "ready");
    }

    @Test
    @DisplayName("does not repeat what a controller tries again and again under other names")
    void repeated() {
        server.answers(PODS, 200, "{\"items\":[]}");
        String events = Fixtures.text("events/job-refused").replace("\"work\"", "\"hook\"");
        server.answers("GET /api/v1/namespaces/dev/events", 200, events);

        assertThat(diagnostics.collect(connection, DEV, JOB).events())
                .singleElement()
                .satisfies(event -> assertThat(event.count()).isGreaterThanOrEqualTo(4));
    }

    @Test
    @DisplayName("and its logs, for whoever asks for them: each line with where it is from, and without secrets")
    void logs() {
        server.answers(PODS, 200, items(pod("ready")));
        server.answers(PODS + "/ready/log?container=app&tailLines=20", 200, "a\ncanary-of-the-release b\n");
        List<LogLine> lines = new ArrayList<>();

        int containers = diagnostics.logs(
                connection,
                DEV,
                JOB,
                new LogQuery(20, false, false),
                Deadline.in(Duration.ofSeconds(5), Clock.systemUTC()),
                lines::add);

        assertThat(containers).isEqualTo(1);
        assertThat(lines).extracting(LogLine::toString).containsExactly("ready app | a", "ready app | **** b");
    }

    private static ObjectNode pod(String fixture) {
        ObjectNode pod = Fixtures.json("pods/" + fixture).deepCopy();
        ((ObjectNode) pod.path("metadata")).put("name", fixture).put("namespace", "dev");
        return pod;
    }

    private static String items(JsonNode... items) {
        ObjectNode list = Fixtures.parse("{}").deepCopy();
        list.putArray("items").addAll(List.of(items));
        return list.toString();
    }
}
