package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.FakeCluster;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.TestOutcome;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.yaml.Manifests;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The release's own tests")
class TestReleaseTest {
    private static final String HOOKS = """
            {apiVersion: v1, kind: Pod, metadata: {name: answers, annotations: {helm.sh/hook: test}}}
            ---
            {apiVersion: batch/v1, kind: Job, metadata: {name: migrate, annotations: {helm.sh/hook: pre-upgrade}}}
            """;

    private final FakeCluster cluster = new FakeCluster();
    private final List<String> lines = new ArrayList<>();

    private Deployed test(String hooks) {
        Released released = new Released(
                new Site(
                        new Connection("real", URI.create("https://127.0.0.1"), Path.of("private")),
                        new Namespace("dev"),
                        true),
                new Rendering(new ChartId("chart", "1.0.0"), new Manifest(List.of()), Manifests.parse(hooks), ""),
                3,
                false);
        TestRelease step = new TestRelease(
                cluster,
                cluster,
                cluster,
                new ReleaseName("shore"),
                Deadline.in(Duration.ofMinutes(1), Clock.systemUTC()));
        return step.run(
                new Deployed(released, Optional.empty(), Optional.empty()),
                new Journal(Clock.systemUTC(), lines::add, lines::add));
    }

    @Test
    @DisplayName("pass, and are counted without the chart's other hooks")
    void pass() {
        test(HOOKS);
        assertThat(cluster.deeds).contains("test shore");
        assertThat(lines).anyMatch(line -> line.contains("1 test passed"));
    }

    @Test
    @DisplayName("are not asked for where the chart has none")
    void none() {
        test("");
        assertThat(cluster.deeds).isEmpty();
        assertThat(lines).anyMatch(line -> line.contains("the chart has no tests"));
    }

    @Test
    @DisplayName("fail with what Helm said of them")
    void fail() {
        cluster.tests = new TestOutcome(List.of(), Optional.of("pod answers failed"));
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> test(HOOKS));
        assertThat(failure.code()).isEqualTo(FailureCode.TEST_FAILED);
        assertThat(failure.what()).isEqualTo("The release's tests did not pass: pod answers failed");
        assertThat(failure.where()).isEqualTo("shore in namespace dev on real");
    }
}
