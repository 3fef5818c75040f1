package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.LogLine;
import dev.slipway.gke.model.LogQuery;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.RolloutState.Cause;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How soon it is certain that a rollout cannot succeed, counted from the cluster's own first word on it, and what is then known.
 * Each fault is made for real. The same properties as {@link KubeClusterIT}; the registry needs {@code slipway/java25:1}, too.
 */
@DisplayName("On a real cluster, a rollout that cannot succeed")
@EnabledIfSystemProperty(
        named = "cluster.kubeconfig",
        matches = ".+",
        disabledReason = "needs a cluster: -Dcluster.kubeconfig=FILE")
class VerdictClusterIT {
    private static final Path KUBECONFIG = Path.of(System.getProperty("cluster.kubeconfig", ""));
    private static final String CONTEXT = System.getProperty("cluster.context", "local");
    private static final String REGISTRY = System.getProperty("cluster.registry", "localhost:5000");
    private static final String JAVA = REGISTRY + "/slipway/java25:1";
    private static final String PAUSE = REGISTRY + "/pause:1";
    /** What the issue demands. */
    private static final Duration IN_TIME = Duration.ofSeconds(20);

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    private Path folder;

    private final Pause pause = (time, deadline) -> sleep(time);
    private RealCluster cluster;
    private KubeconfigDoor door;
    private KubeClients clients;
    private Connection connection;
    private Namespace namespace;
    private ClusterWorkloads workloads;
    private ClusterDiagnostics diagnostics;

    @BeforeEach
    void open() throws IOException {
        cluster = new RealCluster(KUBECONFIG, CONTEXT);
        door = new KubeconfigDoor(folder.resolve("run"), CLOCK, pause, Proxies.NONE);
        clients = new KubeClients(pause, CLOCK);
        connection = door.open(KUBECONFIG, CONTEXT);
        workloads = new ClusterWorkloads(clients);
        diagnostics = new ClusterDiagnostics(clients);
        namespace = new Namespace("watch-" + Long.toString(System.nanoTime(), 36));
        workloads.create(connection, namespace);
        Deadline deadline = Deadline.in(LIMIT, CLOCK);
        while (!clients.of(connection).exists("/api/v1/namespaces/" + namespace + "/serviceaccounts/default")
                && !deadline.passed()) {
            sleep(Duration.ofMillis(200));
        }
    }

    @AfterEach
    void close() throws IOException {
        cluster.deleteNamespace(namespace);
        clients.close();
        door.close();
    }

    @Test
    @DisplayName("because its container keeps crashing: exit code, last words, and the log with no secret in it")
    void crashLoop() throws IOException {
        Manifest manifest = cluster.create(namespace, """
            apiVersion: v1
            kind: Secret
            metadata: {name: key}
            stringData: {password: hunter2-canary}
            ---
            """ + program("""
                System.out.println("loading the model with " + System.getenv("PASSWORD"));
                System.exit(3);
                """) + deployment("""
                volumes: [{name: program, configMap: {name: program}}]
                containers:
                - name: app
                  image: "%s"
                  command: [/opt/java/bin/java, -XX:TieredStopAtLevel=1, -cp, /program, Main]
                  env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: key, key: password}}}]
                  volumeMounts: [{name: program, mountPath: /program}]
                """.formatted(JAVA)));

        RolloutState.Stalled stalled = stalled(manifest);

        assertThat(stalled.cause()).isEqualTo(Cause.CRASH_LOOP);
        assertThat(stalled.reason())
                .startsWith("Container app of pod web-")
                .containsPattern(" has crashed [23] times, the last time with exit code 3");
        inTime("crash loop", "BackOff");

        // At the moment of its end, the log of the one before is gone: the kubelet keeps one.
        Instant start = CLOCK.instant();
        Evidence atOnce = diagnostics.collect(connection, namespace, manifest);
        assertThat(atOnce.pods().get(0).containers().get(0).log()).contains("loading the model with ****");
        assertThat(atOnce.toString()).doesNotContain("hunter2-canary").doesNotContain("unable to retrieve");
        assertThat(Duration.between(start, CLOCK.instant())).isLessThan(Duration.ofSeconds(9));
        Evidence evidence = atOnce;
        Deadline backOff = Deadline.in(LIMIT, CLOCK);
        while (!evidence.toString().contains("waiting: CrashLoopBackOff") && !backOff.passed()) {
            evidence = diagnostics.collect(connection, namespace, manifest);
        }
        Evidence.Pod pod = evidence.pods().get(0);
        Evidence.Container container = pod.containers().get(0);
        assertThat(pod.restarts()).isGreaterThanOrEqualTo(2);
        assertThat(container.exitCode()).contains(3);
        assertThat(container.image()).isEqualTo(JAVA);
        assertThat(container.log()).contains("loading the model with ****");
        assertThat(container.previousLog()).contains("loading the model with ****");
        assertThat(evidence.events())
                .isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()))
                .anySatisfy(event -> assertThat(event.reason()).isEqualTo("BackOff"))
                .anySatisfy(event -> assertThat(event.object()).isEqualTo("Deployment/web"));
        assertThat(evidence.toString()).doesNotContain("hunter2-canary");

        List<LogLine> lines = new ArrayList<>();
        int containers = diagnostics.logs(
                connection, namespace, manifest, new LogQuery(10, true, false), Deadline.in(LIMIT, CLOCK), lines::add);
        assertThat(containers).isEqualTo(1);
        assertThat(lines).containsExactly(new LogLine(pod.name(), "app", "loading the model with ****"));
    }

    @Test
    @DisplayName("because its image is not in the registry")
    void noImage() throws IOException {
        RolloutState.Stalled stalled = stalled(cluster.create(
                namespace, deployment("containers: [{name: app, image: \"" + REGISTRY + "/pause:absent\"}]")));

        assertThat(stalled.cause()).isEqualTo(Cause.IMAGE_UNPULLABLE);
        assertThat(stalled.reason())
                .contains("cannot get its image " + REGISTRY + "/pause:absent")
                .endsWith("not found");
        inTime("image not there", "Failed");
    }

    @Test
    @DisplayName("because it needs more memory than it may have")
    void outOfMemory() throws IOException {
        RolloutState.Stalled stalled = stalled(cluster.create(namespace, deployment("""
                containers:
                - name: app
                  image: "%s"
                  command: [/opt/java/bin/java, -Xms512m, -XX:+AlwaysPreTouch, -version]
                  resources: {limits: {memory: 64Mi}}
                """.formatted(JAVA))));

        assertThat(stalled.cause()).isEqualTo(Cause.OUT_OF_MEMORY);
        assertThat(stalled.reason()).contains("exit code 137 (OOMKilled: it needs more memory than its limit of 64Mi)");
        inTime("out of memory", "BackOff");
    }

    @Test
    @DisplayName("because its program is not in the image")
    void noProgram() throws IOException {
        RolloutState.Stalled stalled = stalled(cluster.create(
                namespace,
                deployment("containers: [{name: app, image: \"" + JAVA + "\", command: [/no/such/program]}]")));

        assertThat(stalled.cause()).isEqualTo(Cause.CANNOT_START);
        assertThat(stalled.reason()).contains("/no/such/program: no such file or directory");
        inTime("program not there", "Failed");
    }

    @Test
    @DisplayName("because a Secret that a volume needs is not there")
    void noVolume() throws IOException {
        RolloutState.Stalled stalled = stalled(cluster.create(namespace, deployment("""
                volumes: [{name: key, secret: {secretName: absent}}]
                containers: [{name: app, image: "%s", volumeMounts: [{name: key, mountPath: /key}]}]
                """.formatted(PAUSE))));

        assertThat(stalled.cause()).isEqualTo(Cause.CANNOT_START);
        assertThat(stalled.reason()).contains("secret \"absent\" not found");
        inTime("Secret not there", "FailedMount");
    }

    @Test
    @DisplayName("because no node can hold it, and none is added")
    void unschedulable() throws IOException {
        RolloutState.Stalled stalled = stalled(cluster.create(
                namespace,
                deployment(
                        "containers: [{name: app, image: \"" + PAUSE + "\", resources: {requests: {cpu: \"999\"}}}]")));

        assertThat(stalled.cause()).isEqualTo(Cause.UNSCHEDULABLE);
        assertThat(stalled.reason())
                .startsWith("No node can take pod web-")
                .contains("cpu 999")
                .contains("1 Insufficient cpu");
        inTime("unschedulable", "FailedScheduling");
    }

    @Test
    @DisplayName("because a quota leaves no room, for the pods of a Deployment and of a StatefulSet")
    void quota() throws IOException {
        cluster.create(namespace, """
            {apiVersion: v1, kind: ResourceQuota, metadata: {name: none}, spec: {hard: {pods: "0"}}}""");
        sleep(Duration.ofSeconds(1));
        Manifest manifest = cluster.create(
                namespace,
                deployment("containers: [{name: app, image: \"" + PAUSE + "\"}]") + "---\n"
                        + statefulSet("containers: [{name: app, image: \"" + PAUSE + "\"}]"));

        RolloutState.Stalled stalled = stalled(manifest);

        assertThat(stalled.cause()).isEqualTo(Cause.PODS_REFUSED);
        assertThat(stalled.reason()).contains("cannot create its pods: ").contains("exceeded quota: none");
        inTime("quota", "FailedCreate");
        assertThat(stalled(Manifests.parse(statefulSet("{}"))).reason())
                .startsWith("StatefulSet/store cannot create its pods: ")
                .contains("exceeded quota: none");
        assertThat(diagnostics.collect(connection, namespace, manifest).events())
                .anySatisfy(event -> assertThat(event.object()).startsWith("ReplicaSet/web-"))
                .anySatisfy(event -> assertThat(event.object()).isEqualTo("StatefulSet/store"));
    }

    @Test
    @DisplayName("because Pod Security refuses its pods, at once")
    void podSecurity() throws IOException {
        cluster.label(namespace, "pod-security.kubernetes.io/enforce", "restricted");
        Manifest manifest =
                cluster.create(namespace, deployment("containers: [{name: app, image: \"" + PAUSE + "\"}]"));

        RolloutState.Stalled stalled = stalled(manifest);

        assertThat(stalled.cause()).isEqualTo(Cause.PODS_REFUSED);
        assertThat(stalled.reason()).contains("violates PodSecurity \"restricted:latest\"");
        assertThat(inTime("Pod Security", "FailedCreate")).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    @DisplayName("or only needs two attempts is not given up: it crashes once while something else comes up")
    void oneCrash() throws IOException {
        Manifest manifest = cluster.create(namespace, program("""
                if (new java.io.File("/shared/seen").createNewFile()) System.exit(1);
                System.out.println("up at last");
                Thread.sleep(600_000);
                """) + deployment("""
                terminationGracePeriodSeconds: 1
                volumes: [{name: program, configMap: {name: program}}, {name: shared, emptyDir: {}}]
                containers:
                - name: app
                  image: "%s"
                  command: [/opt/java/bin/java, -XX:TieredStopAtLevel=1, -cp, /program, Main]
                  volumeMounts: [{name: program, mountPath: /program}, {name: shared, mountPath: /shared}]
                """.formatted(JAVA)));

        List<LogLine> followed = Collections.synchronizedList(new ArrayList<>());
        assertThat(verdict(manifest)).isInstanceOf(RolloutState.Complete.class);
        int containers = diagnostics.logs(
                connection,
                namespace,
                manifest,
                new LogQuery(10, false, true),
                Deadline.in(Duration.ofSeconds(5), CLOCK),
                followed::add);
        assertThat(containers).isEqualTo(1);
        assertThat(followed).singleElement().extracting(LogLine::text).isEqualTo("up at last");
    }

    private RolloutState.Stalled stalled(Manifest manifest) {
        RolloutState state = verdict(manifest);
        assertThat(state).isInstanceOf(RolloutState.Stalled.class);
        return (RolloutState.Stalled) state;
    }

    private RolloutState verdict(Manifest manifest) {
        Deadline deadline = Deadline.in(LIMIT, CLOCK);
        String said = "";
        while (!deadline.passed()) {
            RolloutState state = workloads.rollout(connection, namespace, manifest);
            if (!(state instanceof RolloutState.Progressing)) {
                return state;
            }
            if (!state.counts().toString().equals(said)) {
                said = state.counts().toString();
                System.out.println(said);
            }
            sleep(Duration.ofSeconds(1));
        }
        throw new AssertionError("still going on after " + LIMIT + ": " + said);
    }

    /** {@return how long ago the cluster first said so, by the first event of that reason} */
    private Duration inTime(String fault, String reason) throws IOException {
        Instant now = CLOCK.instant();
        Optional<Instant> known = Optional.empty();
        for (JsonNode event :
                cluster.get("/api/v1/namespaces/" + namespace + "/events").path("items")) {
            if (event.path("reason").asText().equals(reason)) {
                String time = event.path("firstTimestamp").asText();
                Instant first = Instant.parse(
                        time.isEmpty() || time.equals("null")
                                ? event.path("eventTime").asText()
                                : time);
                known = Optional.of(known.filter(first::isAfter).orElse(first));
            }
        }
        Duration took = Duration.between(known.orElseThrow(), now);
        System.out.println("verdict on " + fault + ": " + took.toMillis() + " ms after the cluster knew");
        assertThat(took).as(fault).isLessThan(IN_TIME);
        return took;
    }

    /** {@return a ConfigMap that holds a program, compiled here: the image has a Java to run it, but no compiler} */
    private String program(String body) throws IOException {
        Path source = folder.resolve("Main.java");
        Files.writeString(
                source,
                "public class Main { public static void main(String[] arguments) throws Exception {\n" + body + "}}\n");
        int status =
                ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", folder.toString(), source.toString());
        assertThat(status).isZero();
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: program}, binaryData: {Main.class: "
                + Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("Main.class"))) + "}}\n---\n";
    }

    private static String deployment(String podSpec) {
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
            """ + podSpec.strip().indent(10);
    }

    private static String statefulSet(String podSpec) {
        return """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: store}
            spec:
              serviceName: store
              selector: {matchLabels: {app: store}}
              template:
                metadata: {labels: {app: store}}
                spec:
            """ + podSpec.strip().indent(10);
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw DeployFailure.interrupted("testing", e);
        }
    }
}
