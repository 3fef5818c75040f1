package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.port.ReleaseEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        cluster.leavePending();
        failing(FailureCode.RELEASE_BUSY, () -> release(Map.of(), true));
        failing(FailureCode.RELEASE_BUSY, () -> dryRun(Map.of(), true));
    }

    @Test
    @DisplayName("a hook that fails and one that hangs are told, and leave a failed revision that can be upgraded")
    void hooks() throws Exception {
        DeployFailure failure =
                failing(FailureCode.RELEASE_REFUSED, () -> release(Map.of("hook", Map.of("fails", true)), false));
        assertThat(failure.what()).startsWith("A hook of the chart has failed: ");
        assertThat(cluster.history()).extracting(TestCluster.Stored::status).containsExactly("failed");

        failure = failing(
                FailureCode.RELEASE_REFUSED,
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
        assertThat(failing(FailureCode.RELEASE_REFUSED, () -> dryRun(Map.of("unknownKind", true), false))
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

    private static String knowsLeases(Rendering rendering) {
        return new ObjectMapper()
                .valueToTree(rendering.manifest().ofKind("Service").get(0).body())
                .at("/metadata/annotations/knows-leases")
                .asText();
    }
}
