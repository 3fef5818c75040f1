package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A project that is not of this reactor and has nothing but a POM and a chart, whose service goes wrong as its values say
 * ({@code src/test/charts/faulty}). It deploys the release {@code faulty} into a namespace of its own. Each of its builds has a
 * temporary folder of its own, so that what is left there is seen.
 */
final class Faulty {
    /** What the issue promises: from the cluster knowing it to the cause on the screen. */
    private static final Duration AT_ONCE = Duration.ofSeconds(20);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Workshop workshop;
    private final String namespace;
    private final Path folder;
    private final Path temporary;
    private final Map<String, String> variables = new TreeMap<>();
    private @Nullable String serving;

    private Faulty(Workshop workshop, String namespace, String project) {
        this.workshop = workshop;
        this.namespace = namespace;
        folder = workshop.target().resolve("work").resolve(project);
        temporary = folder.resolve("tmp");
        Path fixtures = workshop.source().resolve("e2e/src/test");
        try {
            Checkout.deleteTree(folder);
            Checkout.copyTree(fixtures.resolve("projects/faulty"), folder);
            Checkout.copyTree(fixtures.resolve("charts/faulty"), folder.resolve("src/main/helm"));
            Files.createDirectories(temporary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the project and an empty namespace. */
    static Faulty in(Workshop workshop, String namespace) {
        Faulty faulty = new Faulty(workshop, namespace, namespace);
        workshop.cluster()
                .kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s")
                .text();
        workshop.cluster().kubectl("create", "namespace", namespace).text();
        return faulty;
    }

    /** {@return another copy of the project, which deploys the same release} */
    Faulty colleague() {
        return new Faulty(workshop, namespace, namespace + "-colleague");
    }

    /** {@return the namespace of the release} */
    String namespace() {
        return namespace;
    }

    /** {@return the folder that the builds have for temporary files} */
    Path temporary() {
        return temporary;
    }

    /** {@return a file of the project, or of what its builds make} */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** Takes the namespace off the cluster, with all that is in it; nobody needs to wait for that. */
    void deleteNamespace() {
        workshop.cluster()
                .kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false")
                .text();
    }

    /** Sets a variable of the environment of every build from now on. */
    Faulty with(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** {@return a goal or phase, with the values of the chart as YAML; not run yet} */
    MavenCommand mvn(String command, String values) {
        return project(command, values)
                .with("-Dgke.kubeconfig=" + workshop.cluster().kubeconfig());
    }

    /** {@return the same to a cluster of Google's; not run yet} */
    MavenCommand toGoogle(String command, String values) {
        return project(command, values).with("-Dgke.target=gke");
    }

    private MavenCommand project(String command, String values) {
        try {
            Files.writeString(folder.resolve("values.yaml"), values.endsWith("\n") ? values : values + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new MavenCommand(folder, workshop.logs(), workshop.repository(), command)
                .with(
                        "-Dgke.namespace=" + namespace,
                        // What Maven itself would fetch is in the repository.
                        "-o")
                .variables(variables)
                .variable("MAVEN_OPTS", "-Djava.io.tmpdir=" + temporary)
                .variable("TMPDIR", temporary.toString());
    }

    /** {@return {@code mvn deploy} with the values of the chart as YAML; not run yet} */
    MavenCommand deploy(String values) {
        return mvn("deploy", values);
    }

    /** Deploys a version that works, and sees that it serves. */
    Run good(String version) {
        Run run = deploy("version: \"" + version + "\"").start().end();
        assertThat(run.exitCode()).as("%s\n%s", run.log(), run.errors()).isZero();
        serves(version);
        leavesNothing();
        return run;
    }

    /**
     * Deploys what goes wrong, and sees that it fails with that code, that nothing of the build is left, and that the version
     * which served before answered all the time.
     */
    Run fails(String code, String values, String... arguments) {
        Run run;
        if (serving == null) {
            run = deploy(values).with(arguments).start().end();
        } else {
            try (Asking asking = asking()) {
                run = deploy(values).with(arguments).start().end();
                asking.answeredAlways("\"version\":\"" + serving + "\"");
            }
        }
        assertThat(report().at("/failure/code").asText()).isEqualTo(code);
        failed(code, run);
        return run;
    }

    /** Sees that a build has failed with that code, what to try beside it, and that nothing of the build is left. */
    void failed(String code, Run run) {
        assertThat(run.exitCode()).as("%s\n%s", run.log(), run.text()).isNotZero();
        assertThat(run.errors())
                .as(run.log().toString())
                .contains(code + ": ")
                .containsPattern("try: +\\S")
                .contains("docs/failures.md");
        leavesNothing();
    }

    /** Sees that the cause was on the screen at most 20 seconds after the cluster knew it, and notes the time. */
    void toldInTime(String fault, Instant known, Run run) {
        String code = report().at("/failure/code").asText();
        Instant said = run.saidAt(Pattern.compile(code + ": "));
        Measured.note(workshop.target(), fault, code, known, said, run);
        assertThat(Duration.between(known, said))
                .as("from the cluster knowing it (%s) to the cause on the screen (%s), %s", known, said, run.log())
                .isLessThan(AT_ONCE);
    }

    /**
     * Sees that this version answers, over HTTP. A Service's rules may come a moment after its pods are ready; where the API server
     * was away, kube-proxy asks it again only after a back-off of up to half a minute.
     */
    void serves(String version) {
        Asking.until(address(), "\"version\":\"" + version + "\"", Duration.ofSeconds(60));
        serving = version;
    }

    /** Sees that the version which was last seen to serve does so still. */
    void servesStill() {
        serves(Objects.requireNonNull(serving, "nothing has served yet"));
    }

    /** Begins to ask the service again and again. */
    Asking asking() {
        return new Asking(address());
    }

    private URI address() {
        JsonNode service = workshop.cluster().get("service", "faulty", "-n", namespace);
        // The one node of the local cluster is this machine, so the inside of the cluster can be reached from here.
        return URI.create("http://" + service.at("/spec/clusterIP").asText() + ":"
                + service.at("/spec/ports/0/port").asText() + "/predict");
    }

    /** Waits until that deploy has brought a pod with that label to run. */
    void awaitPod(Running deploy, String label) {
        // The cluster's moments are whole seconds.
        Instant since = deploy.startedAt().truncatedTo(ChronoUnit.SECONDS);
        await(
                deploy,
                "a new pod with " + label,
                () -> workshop.cluster()
                        .get("pods", "-n", namespace, "-l", label)
                        .path("items")
                        .valueStream()
                        .anyMatch(pod ->
                                pod.at("/status/containerStatuses/0/state").has("running")
                                        && !Instant.parse(pod.at("/metadata/creationTimestamp")
                                                        .asText())
                                                .isBefore(since)));
    }

    /** Waits until that deploy has the lock of the release. */
    void awaitLock(Running deploy) {
        await(deploy, "the lock", () -> !lockOwner().isEmpty());
    }

    /** {@return who has the lock of the release; empty if nobody has} */
    String lockOwner() {
        return workshop.cluster()
                .get("leases", "-n", namespace)
                .at("/items/0/spec/holderIdentity")
                .asText();
    }

    private static void await(Running deploy, String what, BooleanSupplier there) {
        Instant end = Instant.now().plus(Duration.ofMinutes(2));
        while (!there.getAsBoolean()) {
            if (!deploy.alive() || Instant.now().isAfter(end)) {
                throw new AssertionError("the deploy has not come to " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + what, e);
            }
        }
    }

    /** Sees that Helm 3 and Helm 4 find the newest revision deployed: anybody can upgrade it. */
    void upgradable() {
        for (HelmBinary helm : workshop.helms()) {
            JsonNode history = helm.json("history", "faulty", "-n", namespace);
            assertThat(history.path(history.size() - 1).path("status").asText())
                    .as("newest of %s", history)
                    .isEqualTo("deployed");
        }
    }

    /** {@return the newest revision of the release} */
    int revision() {
        JsonNode history = workshop.helms().get(0).json("history", "faulty", "-n", namespace);
        return history.path(history.size() - 1).path("revision").asInt();
    }

    /** Sees that no temporary file and no process of a build is left. */
    void leavesNothing() {
        assertThat(left()).as("files in %s", temporary).isEmpty();
        assertThat(processes()).as("processes that a build has left").isEmpty();
    }

    /** {@return the temporary files of the builds that are there now} */
    List<Path> left() {
        try (Stream<Path> files = Files.walk(temporary)) {
            return files.filter(file -> !file.equals(temporary)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the processes of the builds that run now: Maven, and the JVM in which Helm is, or the Helm binary} */
    List<String> processes() {
        return ProcessHandle.allProcesses()
                .map(process -> CommandLines.read(Path.of("/proc", Long.toString(process.pid()))))
                .filter(line -> line.contains(temporary.toString()))
                .toList();
    }

    /** {@return {@code target/gke/deployment.json} of the last build} */
    JsonNode report() {
        try {
            return JSON.readTree(folder.resolve("target/gke/deployment.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return {@code target/gke/plan.json} of the last plan} */
    JsonNode plan() {
        try {
            return JSON.readTree(folder.resolve("target/gke/plan.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a template to the chart. */
    void template(String name, String text) {
        try {
            Files.writeString(folder.resolve("src/main/helm/templates").resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return {@code target/gke/deployment.html} of the last build} */
    Path page() {
        return folder.resolve("target/gke/deployment.html");
    }

    /** {@return when the cluster first wrote an event with that reason whose message has these words} */
    Instant event(String reason, String words) {
        return workshop.cluster()
                .get("events", "-n", namespace, "--field-selector=reason=" + reason)
                .path("items")
                .valueStream()
                .filter(event -> event.path("message").asText().contains(words))
                .map(Faulty::at)
                .min(Instant::compareTo)
                .orElseThrow(() -> new AssertionError("no event " + reason + " with " + words));
    }

    private static Instant at(JsonNode event) {
        for (String field : List.of("eventTime", "firstTimestamp", "lastTimestamp")) {
            if (event.hasNonNull(field)) {
                return Instant.parse(event.path(field).asText());
            }
        }
        return Instant.parse(event.at("/metadata/creationTimestamp").asText());
    }
}
