package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Blueprint;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.TestOutcome;
import dev.slipway.gke.port.Diagnostics;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the tests that the chart brings ({@code helm test}); one that fails is named, with what it printed. */
public final class TestRelease implements Step<Deployed, Deployed> {
    private static final int LOG_LINES = 10;

    private final ReleaseEngine engine;
    private final ReleaseHistory history;
    private final Diagnostics diagnostics;
    private final ReleaseName release;
    private final Deadline deadline;

    public TestRelease(
            ReleaseEngine engine,
            ReleaseHistory history,
            Diagnostics diagnostics,
            ReleaseName release,
            Deadline deadline) {
        this.engine = engine;
        this.history = history;
        this.diagnostics = diagnostics;
        this.release = release;
        this.deadline = deadline;
    }

    @Override
    public Deployed run(Deployed deployed, Progress progress) {
        Site site = deployed.released().site();
        List<KubeObject> tests = deployed.released().rendering().hooks().objects().stream()
                .filter(TestRelease::test)
                .toList();
        if (tests.isEmpty()) {
            progress.begin("test", release.value()).done("the chart has no tests");
            return deployed;
        }
        Progress.Line line = progress.begin("test", names(tests));
        TestOutcome outcome = engine.test(site.connection(), site.namespace(), release, deadline.left());
        if (outcome.passed()) {
            line.done(tests.size() + (tests.size() == 1 ? " test" : " tests") + " passed");
            return deployed;
        }
        Evidence evidence = diagnostics.collect(site.connection(), site.namespace(), new Manifest(tests));
        throw failure(site, ran(site, tests, evidence), outcome.failure()).with(evidence);
    }

    private static boolean test(KubeObject hook) {
        return hook.body().get("metadata") instanceof Map<?, ?> metadata
                && metadata.get("annotations") instanceof Map<?, ?> annotations
                && Stream.of(String.valueOf(annotations.get("helm.sh/hook")).split(",", -1))
                        .anyMatch(event ->
                                event.strip().equals("test") || event.strip().equals("test-success"));
    }

    private static String names(List<KubeObject> tests) {
        return tests.stream().map(KubeObject::toString).collect(Collectors.joining(", "));
    }

    /** Which of them ran and how they ended, as Helm wrote it down. */
    private List<TestOutcome.Test> ran(Site site, List<KubeObject> tests, Evidence evidence) {
        List<Release> revisions = history.revisions(site.connection(), site.namespace(), release);
        List<Blueprint.Hook> hooks =
                revisions.isEmpty() ? List.of() : revisions.get(0).blueprint().hooks();
        List<TestOutcome.Test> ran = new ArrayList<>();
        for (KubeObject test : tests) {
            hooks.stream()
                    .filter(hook -> hook.object().equals(test.toString()))
                    .map(Blueprint.Hook::phase)
                    .filter(phase -> !phase.isEmpty() && !phase.equals("Unknown"))
                    .findFirst()
                    .ifPresent(phase -> ran.add(
                            new TestOutcome.Test(test.toString(), phase.equals("Succeeded"), log(test, evidence))));
        }
        return ran;
    }

    private static List<String> log(KubeObject test, Evidence evidence) {
        List<String> log = evidence.pods().stream()
                .filter(pod -> pod.name().equals(test.name()) || pod.name().startsWith(test.name() + "-"))
                .flatMap(pod -> pod.containers().stream())
                .flatMap(container -> container.log().stream())
                .toList();
        return log.subList(Math.max(0, log.size() - LOG_LINES), log.size());
    }

    private DeployFailure failure(Site site, List<TestOutcome.Test> ran, Optional<String> words) {
        List<TestOutcome.Test> failed =
                ran.stream().filter(test -> !test.passed()).toList();
        String which = failed.stream().map(TestOutcome.Test::object).collect(Collectors.joining(", "));
        List<String> log = failed.stream().flatMap(test -> test.log().stream()).toList();
        return new DeployFailure(
                FailureCode.TEST_FAILED,
                (which.isEmpty() ? "The release's tests did not pass" : "The release fails its test " + which)
                        + (ran.size() > failed.size() ? ", " + (ran.size() - failed.size()) + " passed" : "")
                        + words.map(text -> ": " + text).orElse("")
                        + (log.isEmpty() ? "" : ". It printed: " + String.join(" | ", log)),
                release + " in namespace " + site.namespace() + " on "
                        + site.connection().cluster(),
                "Read what the test printed, and mend the release or its test; mvn gke:verify runs the tests again");
    }
}
