package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.FakeLock;
import dev.slipway.gke.kube.ClusterDiagnostics;
import dev.slipway.gke.kube.ClusterHooks;
import dev.slipway.gke.kube.KubeClients;
import dev.slipway.gke.kube.SecretReleaseHistory;
import dev.slipway.gke.model.Blueprint;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.SourceState;
import dev.slipway.gke.model.TestOutcome;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.port.ReleaseLock;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.step.AttendHooks;
import dev.slipway.gke.step.Deployed;
import dev.slipway.gke.step.Ledger;
import dev.slipway.gke.step.PlanRelease;
import dev.slipway.gke.step.ReadRelease;
import dev.slipway.gke.step.ReleaseChart;
import dev.slipway.gke.step.Site;
import dev.slipway.gke.step.TestRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every Helm behind the port does on a real cluster. */
abstract class ClusterContract {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    final List<String> overheard = new ArrayList<>();
    private ReleaseEngine engine;
    private TestCluster cluster;
    private final KubeClients clients = new KubeClients((time, deadline) -> {}, Clock.systemUTC());
    private final ReleaseHistory history = new SecretReleaseHistory(clients);

    /** Makes the engine, with its private folder in {@code folder}. */
    abstract ReleaseEngine engine(Path folder);

    @BeforeEach
    void make() throws Exception {
        cluster = TestCluster.open();
        engine = engine(temp.resolve("private"));
    }

    @AfterEach
    void end() throws Exception {
        engine.close();
        clients.close();
        cluster.close();
    }

    private ReleasePlan plan(Map<String, Object> values) {
        return Charts.plan(Charts.beacon().toString(), cluster.namespace, List.of(), values);
    }

    private void release(Map<String, Object> values, boolean exists) {
        engine.release(cluster.connection(), plan(values), exists, LIMIT);
    }

    private Rendering dryRun(Map<String, Object> values, boolean exists) {
        return engine.render(cluster.connection(), plan(values), exists);
    }

    private static void assertSame(Rendering rendering, TestCluster.Stored stored) {
        assertThat(rendering.manifest().sameAs(stored.manifest())).isTrue();
        assertThat(rendering.manifest().objects())
                .hasSameSizeAs(stored.manifest().objects());
        assertThat(rendering.hooks().sameAs(stored.hooks())).isTrue();
        assertThat(rendering.notes()).isEqualTo(stored.notes().strip());
    }

    private DeployFailure failing(FailureCode code, Runnable call) {
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, call::run);
        assertThat(failure).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure.what()).doesNotContain("\n", temp.toString());
        return failure;
    }

    @Test
    @DisplayName("a dry run is what the release then consists of, on install and on upgrade, and changes nothing")
    void dryRunEqualsStored() throws Exception {
        Map<String, Object> values = Map.of("colour", "amber", "green", Map.of("enabled", true));
        Rendering install = dryRun(values, false);
        assertThat(cluster.history()).isEmpty();
        assertThat(cluster.hasConfigMap("shore")).isFalse();
        assertThat(install.notes()).startsWith("shore shines amber.");
        assertThat(knowsLeases(install)).isEqualTo("true");

        release(values, false);
        assertSame(install, cluster.history().get(0));

        Rendering upgrade = dryRun(values, true);
        assertThat(upgrade.manifest().sameAs(install.manifest()))
                .as("the chart says whether it was installed or upgraded")
                .isFalse();
        release(values, true);
        assertThat(cluster.history()).hasSize(2);
        assertSame(upgrade, cluster.history().get(1));
        assertSame(dryRun(values, true), cluster.history().get(1));
        assertThat(dryRun(Map.of("colour", "black"), true).manifest().sameAs(upgrade.manifest()))
                .isFalse();
        assertThat(cluster.history()).hasSize(2);
    }

    @Test
    @DisplayName("the history says what was released: status, description and typed values, with no value carried over")
    void history() throws Exception {
        release(Map.of("colour", "amber", "replicas", 2, "secretWord", "1e3"), false);
        Path file = Files.writeString(temp.resolve("values.yaml"), "colour: blue\n");
        engine.release(
                cluster.connection(),
                Charts.plan(Charts.beacon().toString(), cluster.namespace, List.of(file), Map.of()),
                true,
                LIMIT);
        engine.release(cluster.connection(), plan(Map.of()), true, LIMIT);

        List<TestCluster.Stored> history = cluster.history();
        assertThat(history)
                .extracting(TestCluster.Stored::status)
                .containsExactly("superseded", "superseded", "deployed");
        assertThat(history).extracting(TestCluster.Stored::description).containsOnly("by a test");
        assertThat(history.get(0).json().path("config").toString())
                .isEqualTo("{\"colour\":\"amber\",\"replicas\":2,\"secretWord\":\"1e3\"}");
        assertThat(history.get(1).json().path("config").toString()).isEqualTo("{\"colour\":\"blue\"}");
        assertThat(history.get(2).json().path("config").isEmpty()).isTrue();
        assertThat(history.get(0).json().path("apply_method").asText("")).isIn("", "csa");
    }

    @Test
    @DisplayName("a release does not wait for its pods")
    void doesNotWait() throws Exception {
        release(Map.of("pods", true), false);
        assertThat(cluster.history()).extracting(TestCluster.Stored::status).containsExactly("deployed");
    }

    @Test
    @DisplayName("uninstalling leaves neither objects nor history; a second time there is no such release")
    void uninstall() throws Exception {
        ReleasePlan plan = plan(Map.of());
        release(Map.of(), false);
        engine.uninstall(cluster.connection(), plan.namespace(), plan.release(), LIMIT);
        assertThat(cluster.history()).isEmpty();
        assertThat(cluster.hasConfigMap("shore")).isFalse();
        failing(
                FailureCode.RELEASE_NOT_FOUND,
                () -> engine.uninstall(cluster.connection(), plan.namespace(), plan.release(), LIMIT));
        failing(FailureCode.RELEASE_NOT_FOUND, () -> release(Map.of(), true));
    }

    @Test
    @DisplayName("an operation that is pending, and a name that somebody else took, make it busy")
    void busy() throws Exception {
        release(Map.of(), false);
        failing(FailureCode.RELEASE_BUSY, () -> release(Map.of(), false));
        cluster.leavePending("pending-upgrade");
        failing(FailureCode.RELEASE_BUSY, () -> release(Map.of(), true));
        failing(FailureCode.RELEASE_BUSY, () -> dryRun(Map.of(), true));
    }

    @Test
    @DisplayName("a hook that fails and one that hangs are told, and leave a failed revision that can be upgraded")
    void hooks() throws Exception {
        DeployFailure failure =
                failing(FailureCode.HOOK_FAILED, () -> release(Map.of("hook", Map.of("fails", true)), false));
        assertThat(failure.what()).startsWith("A hook of the chart has failed: ");
        assertThat(cluster.history()).extracting(TestCluster.Stored::status).containsExactly("failed");

        failure = failing(
                FailureCode.HOOK_FAILED,
                () -> engine.release(
                        cluster.connection(),
                        plan(Map.of("hook", Map.of("hangs", true))),
                        true,
                        Duration.ofSeconds(5)));
        assertThat(failure.what()).startsWith("A hook of the chart has failed: ");
        assertThat(cluster.history()).extracting(TestCluster.Stored::status).containsExactly("failed", "failed");

        release(Map.of(), true);
        assertThat(cluster.history()).extracting(TestCluster.Stored::status).endsWith("deployed");
    }

    @Test
    @DisplayName("what the cluster refuses is told by its cause: kind, owner, immutable field, namespace")
    void refused() throws Exception {
        assertThat(failing(FailureCode.KIND_MISSING, () -> dryRun(Map.of("unknownKind", true), false))
                        .what())
                .isEqualTo("The cluster does not know Dragon of example.com/v1");
        cluster.createConfigMap("shore-red");
        assertThat(failing(FailureCode.RELEASE_REFUSED, () -> release(Map.of(), false))
                        .what())
                .contains("belongs to something else", "shore-red");
        release(Map.of("pods", true, "red", Map.of("enabled", false)), false);
        assertThat(failing(
                                FailureCode.RELEASE_REFUSED,
                                () -> release(
                                        Map.of("pods", true, "colour", "pink", "red", Map.of("enabled", false)), true))
                        .what())
                .startsWith("The release changes a field that cannot be changed: ");
        assertThat(failing(
                                FailureCode.NAMESPACE_MISSING,
                                () -> engine.release(
                                        cluster.connection(),
                                        Charts.plan(
                                                Charts.beacon().toString(), "no-such-namespace", List.of(), Map.of()),
                                        false,
                                        LIMIT))
                        .what())
                .isEqualTo("There is no namespace no-such-namespace");
    }

    @Test
    @DisplayName("values that break the schema and templates that fail are told as they are without a cluster")
    void invalid() {
        failing(FailureCode.VALUES_INVALID, () -> dryRun(Map.of("colour", 3), false));
        failing(FailureCode.VALUES_INVALID, () -> release(Map.of("colour", 3), false));
        DeployFailure failure = failing(FailureCode.VALUES_INVALID, () -> dryRun(Map.of("refuse", "so"), false));
        assertThat(failure.what()).isEqualTo("The chart refuses its values: refused: so");
    }

    @Test
    @DisplayName("whom the cluster does not know, and whom it does not let, is told")
    void credentials() throws Exception {
        var unknown = cluster.as(temp.resolve("unknown"), "ya29.nobody");
        failing(FailureCode.CLUSTER_UNAUTHORIZED, () -> engine.render(unknown, plan(Map.of()), true));
        var powerless = cluster.powerless(temp);
        DeployFailure failure =
                failing(FailureCode.CLUSTER_DENIED, () -> engine.release(powerless, plan(Map.of()), false, LIMIT));
        assertThat(failure.what()).contains("powerless");
    }

    @Test
    @DisplayName("what is printed beside holds no value")
    void silence() {
        // Helm warns of a plain value where the chart has a map, and quotes it.
        Map<String, Object> values = Map.of(
                "secretWord", "hunter2hunter2", "red", Map.of("enabled", true, "watts", Map.of("a", "swordfish")));
        release(values, false);
        assertThat(overheard).anyMatch(line -> line.contains("red.watts"));
        assertThat(overheard).noneMatch(line -> line.contains("hunter2") || line.contains("swordfish"));
    }

    private List<Release> revisions() {
        ReleasePlan plan = plan(Map.of());
        return history.revisions(cluster.connection(), plan.namespace(), plan.release());
    }

    private Release revision(int number) {
        return revisions().stream()
                .filter(release -> release.revision() == number)
                .findFirst()
                .orElseThrow();
    }

    /** Every Helm, not only the one that did it, can read it. */
    private void assertReadable(int revisions) throws Exception {
        for (Path helm : Binaries.all().toList()) {
            assertThat(Binaries.run(helm, cluster, "history", "shore", "-o", "json"))
                    .contains("\"revision\":" + revisions);
        }
    }

    @Test
    @DisplayName(
            "a revision of the past is restored to the letter: manifest, hooks, values, notes, chart, and what runs")
    void restore() throws Exception {
        Map<String, Object> first =
                Map.of("colour", "amber", "replicas", 2, "secretWord", "1e3", "green", Map.of("enabled", true));
        release(first, false);
        release(Map.of("colour", "blue", "red", Map.of("enabled", false)), true);
        cluster.deleteConfigMap("shore");
        assertThat(cluster.hasConfigMap("shore-green")).isFalse();

        engine.restore(cluster.connection(), revision(1), LIMIT);

        List<TestCluster.Stored> stored = cluster.history();
        assertThat(stored)
                .extracting(TestCluster.Stored::status)
                .containsExactly("superseded", "superseded", "deployed");
        TestCluster.Stored was = stored.get(0);
        TestCluster.Stored is = stored.get(2);
        assertThat(is.text()).isEqualTo(was.text());
        assertThat(is.hookTexts()).isEqualTo(was.hookTexts());
        assertThat(is.values()).isEqualTo(was.values());
        assertThat(is.notes()).isEqualTo(was.notes());
        assertThat(is.description()).isEqualTo("Rollback to 1 by gke-maven-plugin");
        assertThat(revision(3).chart()).isEqualTo(revision(1).chart());
        assertThat(cluster.configMap("shore"))
                .containsEntry("colour", "amber")
                .containsEntry("braces", "{{ .Values.nothing }} {{- fail \"evaluated\" -}} {{{ }}");
        assertThat(cluster.hasConfigMap("shore-green")).isTrue();
        assertThat(cluster.hasConfigMap("shore-red")).isTrue();
        assertReadable(3);
        for (Path helm : Binaries.all().toList()) {
            for (String what : List.of("values", "manifest", "notes")) {
                assertThat(Binaries.run(helm, cluster, "get", what, "shore", "--revision", "3"))
                        .isEqualTo(Binaries.run(helm, cluster, "get", what, "shore", "--revision", "1"));
            }
            assertThat(Binaries.run(helm, cluster, "get", "values", "shore", "--revision", "3", "--all"))
                    .isEqualTo(Binaries.run(helm, cluster, "get", "values", "shore", "--revision", "1", "--all"));
        }

        // Of a revision that was restored itself, and with the chart again after it.
        engine.restore(cluster.connection(), revision(3), LIMIT);
        assertThat(cluster.history().get(3).text()).isEqualTo(was.text());
        release(first, true);
        assertThat(cluster.history()).extracting(TestCluster.Stored::status).endsWith("deployed");
    }

    @Test
    @DisplayName("after an upgrade that failed half way, restoring takes away what it had added")
    void restoreAfterHalf() throws Exception {
        release(Map.of("pods", true, "colour", "amber"), false);
        failing(
                FailureCode.RELEASE_REFUSED,
                () -> release(Map.of("pods", true, "colour", "pink", "green", Map.of("enabled", true)), true));
        assertThat(cluster.hasConfigMap("shore-green")).isTrue();
        assertThat(cluster.configMap("shore")).containsEntry("colour", "pink");

        ReleasePlan plan = plan(Map.of());
        history.settle(cluster.connection(), plan.namespace(), plan.release());
        engine.restore(cluster.connection(), revision(1), LIMIT);

        assertThat(cluster.hasConfigMap("shore-green")).isFalse();
        assertThat(cluster.configMap("shore")).containsEntry("colour", "amber");
        // Helm calls superseded what it compares with, however that had ended.
        assertThat(cluster.history())
                .extracting(TestCluster.Stored::status)
                .containsExactly("superseded", "superseded", "deployed");
    }

    @Test
    @DisplayName("a pending revision that is marked as failed can be upgraded by every Helm, the first one too")
    void markFailed() throws Exception {
        release(Map.of("colour", "amber"), false);
        for (String status : List.of("pending-install", "pending-upgrade", "pending-rollback")) {
            cluster.leavePending(status);
            failing(FailureCode.RELEASE_BUSY, () -> release(Map.of(), true));
            Release pending = revisions().get(0);
            history.markFailed(cluster.connection(), pending, "its owner died");
            assertThat(cluster.labels(pending.revision())).containsEntry("status", "failed");
            assertThat(revisions().get(0).description()).isEqualTo("its owner died");
            failing(FailureCode.RELEASE_BUSY, () -> history.markFailed(cluster.connection(), pending, "a second time"));
            release(Map.of("colour", "blue"), true);
            assertThat(cluster.history()).extracting(TestCluster.Stored::status).endsWith("superseded", "deployed");
            for (Path helm : Binaries.all().toList()) {
                cluster.leavePending(status);
                history.markFailed(cluster.connection(), revisions().get(0), "its owner died");
                Binaries.run(helm, cluster, "upgrade", "shore", Charts.beacon().toString());
                assertThat(cluster.history())
                        .extracting(TestCluster.Stored::status)
                        .endsWith("superseded", "deployed");
            }
        }
        assertReadable(cluster.history().size());
    }

    @Test
    @DisplayName("the history is pruned to its cap, but for what is deployed or pending")
    void prune() throws Exception {
        for (int i = 0; i < 4; i++) {
            release(Map.of("replicas", i), i > 0);
        }
        ReleasePlan plan = plan(Map.of());
        history.prune(cluster.connection(), plan.namespace(), plan.release(), 3);
        assertThat(revisions()).extracting(Release::revision).containsExactly(4, 3, 2);

        failing(FailureCode.HOOK_FAILED, () -> release(Map.of("hook", Map.of("fails", true)), true));
        cluster.leavePending("pending-upgrade");
        history.prune(cluster.connection(), plan.namespace(), plan.release(), 1);
        assertThat(revisions()).extracting(Release::revision).containsExactly(5, 4);
        history.markFailed(cluster.connection(), revision(5), "its owner died");
        release(Map.of(), true);
        history.prune(cluster.connection(), plan.namespace(), plan.release(), 1);
        assertThat(revisions()).extracting(Release::revision).containsExactly(6);
        assertReadable(6);
    }

    @Test
    @DisplayName("the release's tests pass or fail, and the history says which they were")
    void tests() throws Exception {
        ReleasePlan plan = plan(Map.of());
        release(Map.of("test", "passes"), false);
        TestOutcome outcome = engine.test(cluster.connection(), plan.namespace(), plan.release(), LIMIT);
        assertThat(outcome.failure()).isEmpty();
        assertThat(revisions().get(0).blueprint().hooks())
                .filteredOn(hook -> hook.events().contains("test"))
                .extracting(Blueprint.Hook::phase)
                .containsExactly("Succeeded");

        release(Map.of("test", "fails"), true);
        outcome = engine.test(cluster.connection(), plan.namespace(), plan.release(), LIMIT);
        assertThat(outcome.failure())
                .hasValueSatisfying(words -> assertThat(words).contains("shore-test"));
        assertThat(revisions().get(0).blueprint().hooks())
                .filteredOn(hook -> hook.events().contains("test"))
                .extracting(Blueprint.Hook::phase)
                .containsExactly("Failed");
        DeployFailure failure = failing(FailureCode.TEST_FAILED, this::runTests);
        assertThat(failure.what()).startsWith("The release fails its test Pod/shore-test: ");
        assertThat(failure.evidence().pods()).extracting(Evidence.Pod::name).contains("shore-test");
        failing(
                FailureCode.RELEASE_NOT_FOUND,
                () -> engine.test(cluster.connection(), plan.namespace(), new ReleaseName("absent"), LIMIT));
    }

    @Test
    @DisplayName(
            "a hook's Job that fails, or cannot start, is told long before Helm's time is over, and leaves a failed revision")
    void hookJobs() throws Exception {
        release(Map.of(), false);
        assertThat(watched("fails", 2)).contains("shore-migrate");
        // The failed Job is still there; it is not taken for the new one, which cannot start for another reason.
        assertThat(watched("absent", 3)).startsWith("Hook Job/shore-migrate cannot start: container migrate of pod");
        assertThat(cluster.history())
                .extracting(TestCluster.Stored::status)
                .containsExactly("deployed", "failed", "failed");
        release(Map.of(), true);
        assertThat(cluster.history()).extracting(TestCluster.Stored::status).endsWith("deployed");
    }

    /** {@return how the step that watches hooks says that they failed} */
    private String watched(String fault, int revision) throws Exception {
        Clock clock = Clock.systemUTC();
        ReleasePlan plan = plan(Map.of("hook", Map.of("job", fault)));
        PlanRelease.Planned planned = new PlanRelease.Planned(
                new Site(cluster.connection(), plan.namespace(), true),
                plan,
                engine.render(cluster.connection(), plan, true),
                Optional.of(revisions().get(0)),
                false,
                Optional.empty(),
                "");
        ReleaseChart step = new ReleaseChart(
                engine,
                ledger(plan),
                new AttendHooks(
                        new ClusterHooks(clients), new ClusterDiagnostics(clients), (time, deadline) -> sleep(time)),
                Deadline.in(Duration.ofMinutes(5), clock));
        Instant start = clock.instant();
        DeployFailure failure =
                failing(FailureCode.HOOK_FAILED, () -> step.run(planned, new Journal(clock, line -> {}, line -> {})));
        assertThat(Duration.between(start, clock.instant())).isLessThan(Duration.ofSeconds(45));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(failure.evidence().pods())
                .extracting(Evidence.Pod::name)
                .anyMatch(name -> name.startsWith("shore-migrate-"));
        Release newest = revisions().get(0);
        assertThat(newest.revision()).isEqualTo(revision);
        if (newest.status().pending()) {
            history.markFailed(cluster.connection(), newest, failure.what());
        }
        return failure.what();
    }

    private Ledger ledger(ReleasePlan plan) {
        Owner me = new Owner("ada", "here", 1, Optional.empty(), Optional.empty());
        if (!(new FakeLock().claim(cluster.connection(), plan.namespace(), plan.release(), me)
                instanceof ReleaseLock.Held held)) {
            throw new AssertionError("the lock of a test was taken");
        }
        return new Ledger(held.grip(), me, new SourceState(Optional.empty(), Optional.empty()), Clock.systemUTC());
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw DeployFailure.interrupted("a test", e);
        }
    }

    @Test
    @DisplayName(
            "a release that Helm cannot keep is refused before anything is written, and names the files; the estimate is right")
    void tooLarge() throws Exception {
        Path chart = Charts.copy(temp);
        Files.createDirectories(chart.resolve("data"));
        byte[] noise = new byte[1_000_000];
        new Random(1).nextBytes(noise);
        Files.write(chart.resolve("data/model.bin"), noise);
        Files.write(chart.resolve("data/small.bin"), Arrays.copyOf(noise, 20_000));
        ReleasePlan plan = Charts.plan(chart.toString(), cluster.namespace, List.of(), Map.of());

        DeployFailure failure =
                failing(FailureCode.RELEASE_TOO_LARGE, () -> engine.render(cluster.connection(), plan, false));
        assertThat(failure.what())
                .startsWith("The release would take 1.")
                .contains("The largest parts: data/model.bin 1.0 MiB, data/small.bin 19 KiB, ");
        assertThat(failure.tryThis()).contains(".helmignore");
        assertThat(cluster.history()).isEmpty();
        assertThat(cluster.hasConfigMap("shore")).isFalse();
        // So it would have been: Helm itself finds out when it stores the revision.
        failing(FailureCode.RELEASE_REFUSED, () -> engine.release(cluster.connection(), plan, false, LIMIT));

        for (int kept : List.of(600_000, 300_000, 100)) {
            Files.write(chart.resolve("data/model.bin"), Arrays.copyOf(noise, kept));
            boolean exists = !cluster.history().isEmpty();
            Rendering rendering = engine.render(cluster.connection(), plan, exists);
            engine.release(cluster.connection(), plan, exists, LIMIT);
            Path archive = engine.pack(chart, temp.resolve("packed"), "0.0.1", Instant.EPOCH);
            long estimate = ReleaseSize.estimate(ChartFiles.read(archive), List.of(), rendering);
            assertThat(estimate).isCloseTo(cluster.stored(), withinPercentage(kept < 1000 ? 15 : 3));
        }

        Files.write(chart.resolve("data/model.bin"), noise);
        Files.writeString(chart.resolve(".helmignore"), "*.orig\ndata/\n");
        engine.render(cluster.connection(), plan, true);
    }

    private void runTests() {
        Release release = revisions().get(0);
        new TestRelease(
                        engine,
                        history,
                        new ClusterDiagnostics(clients),
                        release.name(),
                        Deadline.in(LIMIT, Clock.systemUTC()))
                .run(
                        new Deployed(
                                new ReadRelease.Found(cluster.connection(), release).released(),
                                Optional.empty(),
                                Optional.empty()),
                        new Journal(Clock.systemUTC(), line -> {}, line -> {}));
    }

    private static String knowsLeases(Rendering rendering) {
        return new ObjectMapper()
                .valueToTree(rendering.manifest().ofKind("Service").get(0).body())
                .at("/metadata/annotations/knows-leases")
                .asText();
    }
}
