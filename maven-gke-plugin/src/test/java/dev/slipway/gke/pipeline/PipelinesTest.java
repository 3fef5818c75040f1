package dev.slipway.gke.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.config.Budgets;
import dev.slipway.gke.config.ChangeConfig;
import dev.slipway.gke.config.DeployConfig;
import dev.slipway.gke.config.DeployPolicy;
import dev.slipway.gke.config.HelmConfig;
import dev.slipway.gke.config.ReleaseConfig;
import dev.slipway.gke.config.Target;
import dev.slipway.gke.config.VerifyConfig;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.FakeAccess;
import dev.slipway.gke.fake.FakeCluster;
import dev.slipway.gke.fake.FakeLock;
import dev.slipway.gke.fake.FakeObjects;
import dev.slipway.gke.fake.FakeTime;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.model.Answer;
import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.ImageDigest;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.Inputs;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Lineage;
import dev.slipway.gke.model.LogQuery;
import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.model.PlanMark;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleaseStatus;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.Risk;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.Serving;
import dev.slipway.gke.model.SourceState;
import dev.slipway.gke.model.TestOutcome;
import dev.slipway.gke.model.TryOut;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.progress.Progress.Fact;
import dev.slipway.gke.step.Begin;
import dev.slipway.gke.step.Deployed;
import dev.slipway.gke.step.HoldToPlan;
import dev.slipway.gke.step.PlanRelease;
import dev.slipway.gke.step.Released;
import dev.slipway.gke.step.Step;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PipelinesTest {
    private static final Namespace DEV = new Namespace("dev");
    private static final Connection CONNECTION =
            new Connection("ml", URI.create("https://10.0.0.1"), Path.of("private"));
    private static final ClusterName ML = new ClusterName("acme", "europe-west1-b", "ml");

    private final FakeTime time = new FakeTime();
    private final FakeCluster cluster = new FakeCluster();
    private final FakeObjects objects = new FakeObjects(cluster);
    private final FakeLock lock = new FakeLock();
    private String fingerprint = "";
    private final List<String> said = new ArrayList<>();
    private final List<String> warned = new ArrayList<>();
    private final Journal journal = new Journal(time, said::add, warned::add);
    private Optional<String> warning = Optional.empty();
    private String digest = "a".repeat(64);
    private boolean createNamespace = true;
    private boolean test;
    private final FakeAccess access = new FakeAccess();
    private boolean revoked;

    @Nested
    @DisplayName("A deploy")
    class Deploy {
        @Test
        @DisplayName("of a new release makes its namespace, installs it, waits for it and asks it")
        void fresh() {
            Deployed deployed = deploy();
            assertThat(cluster.deeds)
                    .containsExactly("create namespace dev", "install ml-service", "ask /predict", "prune to 10");
            assertThat(deployed.released().revision()).isEqualTo(1);
            assertThat(deployed.released().unchanged()).isFalse();
        }

        @Test
        @DisplayName("with nothing changed releases nothing, and still sees that the service answers")
        void unchanged() {
            deploy();
            cluster.deeds.clear();
            Deployed deployed = deploy();
            assertThat(cluster.deeds).containsExactly("ask /predict");
            assertThat(deployed.released().unchanged()).isTrue();
            assertThat(said).anyMatch(line -> line.contains("nothing to do: revision 1 is the same"));
        }

        @Test
        @DisplayName(
                "with nothing changed runs the chart's tests all the same, if it was told to, with the lock in hand")
        void testsUnchanged() {
            hasTest();
            deploy();
            cluster.deeds.clear();
            Deployed deployed = deploy();
            assertThat(cluster.deeds).containsExactly("ask /predict", "test ml-service");
            assertThat(deployed.released().unchanged()).isTrue();
            assertThat(journal.fact(Fact.OWNER)).isPresent();
            assertThat(lock.held).isFalse();
        }

        @Test
        @DisplayName("with nothing changed fails with a test that fails, and takes nothing back")
        void failingTestOfUnchanged() {
            hasTest();
            deploy();
            List<RevisionRecord> noted = List.copyOf(lock.records);
            cluster.deeds.clear();
            cluster.tests = new TestOutcome(List.of(), Optional.of("pod ml-service-test failed"));
            assertThatFailure(FailureCode.TEST_FAILED)
                    .satisfies(failure -> assertThat(failure.aftermath()).isEmpty());
            assertThat(cluster.deeds).containsExactly("ask /predict", "test ml-service", "collect evidence");
            assertThat(lock.records).isEqualTo(noted);
        }

        @Test
        @DisplayName("that fails its tests is taken back")
        void failingTest() {
            hasTest();
            deploy();
            digest = "b".repeat(64);
            cluster.tests = new TestOutcome(List.of(), Optional.of("pod ml-service-test failed"));
            assertThatFailure(FailureCode.TEST_FAILED);
            assertThat(cluster.deeds).containsSubsequence("test ml-service", "restore 1");
        }

        private void hasTest() {
            test = true;
            cluster.hooks.add(new KubeObject(
                    "v1",
                    "Pod",
                    "ml-service-test",
                    Map.of("metadata", Map.of("annotations", Map.of("helm.sh/hook", "test")))));
        }

        @Test
        @DisplayName("of another image is a new revision")
        void anotherImage() {
            deploy();
            digest = "b".repeat(64);
            assertThat(deploy().released().revision()).isEqualTo(2);
            assertThat(cluster.deeds).contains("upgrade ml-service");
        }

        @Test
        @DisplayName("after a failed revision releases again, though the manifest is the same")
        void afterFailure() {
            deploy();
            cluster.newest(ReleaseStatus.FAILED);
            assertThat(deploy().released().revision()).isEqualTo(2);
        }

        @Test
        @DisplayName("puts right what a deploy has left that died, and says so")
        void recovers() {
            deploy();
            cluster.newest(ReleaseStatus.PENDING_UPGRADE);
            assertThat(deploy().released().revision()).isEqualTo(2);
            assertThat(cluster.deeds).anyMatch(deed -> deed.startsWith("mark 1 failed"));
            assertThat(lock.held).isFalse();
        }

        @Test
        @DisplayName(
                "asks for its rights and looks at its budgets again if the plan was made anew with the lock in hand, and only then")
        void checksAgain() {
            deploy();
            assertThat(access.asked()).isEqualTo(1);
            digest = "b".repeat(64);
            deploy();
            assertThat(access.asked()).isEqualTo(2);
            cluster.newest(ReleaseStatus.PENDING_UPGRADE);
            deploy();
            assertThat(access.asked()).as("before the recovery, and after").isEqualTo(4);
        }

        @Test
        @DisplayName("sees to it that what a dead deploy released comes up, and notes it, without another revision")
        void watchesAgain() {
            deploy();
            lock.records.replaceAll(record -> record.in(RevisionRecord.State.PENDING));
            assertThat(deploy().released().revision()).isEqualTo(1);
            assertThat(lock.records)
                    .singleElement()
                    .satisfies(record -> assertThat(record.state()).isEqualTo(RevisionRecord.State.GOOD));
        }

        @Test
        @DisplayName("goes back from what a dead deploy released, if that does not come up")
        void goesBackFromTheDead() {
            deploy();
            digest = "b".repeat(64);
            deploy();
            lock.records.replaceAll(
                    record -> record.revision() == 2 ? record.in(RevisionRecord.State.PENDING) : record);
            cluster.rollouts.add(
                    new RolloutState.Stalled(List.of(), RolloutState.Cause.CRASH_LOOP, "the container keeps crashing"));
            assertThatFailure(FailureCode.CRASH_LOOP)
                    .satisfies(failure ->
                            assertThat(failure.aftermath()).contains("Revision 1 serves again, as revision 3"));
            assertThat(cluster.deeds)
                    .containsSubsequence(
                            "collect evidence", "mark 2 failed: GKE-505 the container keeps crashing", "restore 1");
            assertThat(lock.held).isFalse();
        }

        @Test
        @DisplayName("puts right what somebody has changed by hand, saying so")
        void drift() {
            deploy();
            objects.changed.put("ml-service", Map.of("values", Map.of(), "metadata", Map.of("name", "ml-service")));
            assertThat(deploy().released().revision()).isEqualTo(2);
            assertThat(warned).anyMatch(line -> line.startsWith("Deployment/ml-service was changed by hand since"));
        }

        @Test
        @DisplayName("that the cluster would refuse writes nothing")
        void refused() {
            objects.verdicts.put(
                    "ml-service",
                    new TryOut.Refused(422, "Invalid", "spec.selector: field is immutable", List.of("spec.selector")));
            assertThatFailure(FailureCode.FIELD_IMMUTABLE)
                    .withMessageContaining("spec.selector of Deployment/ml-service cannot be changed");
            objects.verdicts.put("ml-service", new TryOut.Refused(403, "Forbidden", "exceeded quota", List.of()));
            assertThatFailure(FailureCode.SERVER_REFUSED).withMessageContaining("exceeded quota");
            objects.verdicts.put("ml-service", new TryOut.NoSuchKind());
            assertThatFailure(FailureCode.KIND_MISSING).withMessageContaining("knows no Deployment of apps/v1");
            assertThat(cluster.deeds).isEmpty();
        }

        @Test
        @DisplayName("from the same chart, values and image as the good revision does not even start Helm")
        void sameInputs() {
            fingerprint = "same";
            deploy();
            note(RevisionRecord.State.GOOD);
            int rendered = cluster.renderings;
            assertThat(deploy().released().unchanged()).isTrue();
            assertThat(cluster.renderings).isEqualTo(rendered);
        }

        @Test
        @DisplayName("from the same chart, values and image as a revision that failed looks again")
        void sameInputsFailed() {
            fingerprint = "same";
            deploy();
            note(RevisionRecord.State.FAILED);
            int rendered = cluster.renderings;
            deploy();
            assertThat(cluster.renderings).isGreaterThan(rendered);
        }

        @Test
        @DisplayName("from a chart that asks the cluster or the clock renders each time")
        void restless() {
            deploy();
            note(RevisionRecord.State.GOOD);
            int rendered = cluster.renderings;
            assertThat(deploy().released().unchanged()).isTrue();
            assertThat(cluster.renderings).isGreaterThan(rendered);
        }

        private void note(RevisionRecord.State state) {
            Release newest = cluster.revisions(CONNECTION, DEV, new ReleaseName("ml-service"))
                    .get(0);
            lock.records.removeIf(record -> record.revision() == newest.revision());
            lock.records.add(new RevisionRecord(
                    newest.revision(),
                    state,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    fingerprint.isEmpty() ? "" : fingerprint + " on v1.34.4",
                    ManifestHash.of(newest),
                    "ada",
                    "desk",
                    Optional.empty(),
                    Instant.EPOCH));
        }

        @Test
        @DisplayName("into a missing namespace changes nothing unless it may create it")
        void missingNamespace() {
            createNamespace = false;
            assertThatFailure(FailureCode.NAMESPACE_MISSING);
            assertThat(cluster.deeds).isEmpty();
        }

        @Test
        @DisplayName("waits until every replica is ready, saying how far it is")
        void waits() {
            cluster.rollouts.add(progressing(0, "pulling image"));
            cluster.rollouts.add(progressing(1, "starting"));
            deploy();
            assertThat(said)
                    .anyMatch(line -> line.contains("0/2 ready, pulling image"))
                    .anyMatch(line -> line.contains("1/2 ready, starting"))
                    .anyMatch(line -> line.contains("2/2 ready after 2 s (revision 1)"));
        }

        @Test
        @DisplayName("is never silent for more than ten seconds while it waits")
        void speaks() {
            for (int i = 0; i < 35; i++) {
                cluster.rollouts.add(progressing(1, "starting"));
            }
            deploy();
            assertThat(said)
                    .filteredOn(line -> line.contains("1/2 ready, starting"))
                    .extracting(line -> line.replaceFirst(".*starting ?", ""))
                    .containsExactly("", ", 10 s", ", 20 s", ", 30 s");
        }

        @Test
        @DisplayName("ends as soon as it is certain that the rollout cannot succeed")
        void stalled() {
            cluster.rollouts.add(new RolloutState.Stalled(
                    List.of(), RolloutState.Cause.IMAGE_UNPULLABLE, "Pod p cannot pull its image"));
            assertThatFailure(FailureCode.IMAGE_UNPULLABLE).withMessageContaining("cannot pull its image");
        }

        @Test
        @DisplayName("that came up and answered, and crashed right after, fails and is taken back")
        void crashedAfterwards() {
            deploy();
            digest = "b".repeat(64);
            cluster.deeds.clear();
            cluster.settled.add(new RolloutState.Stalled(
                    List.of(), RolloutState.Cause.CRASH_LOOP, "Container app of pod p was up, and has ended since"));
            assertThatFailure(FailureCode.CRASH_LOOP).withMessageContaining("has ended since");
            assertThat(cluster.deeds)
                    .containsSubsequence("upgrade ml-service", "ask /predict", "collect evidence", "restore 1");
        }

        @Test
        @DisplayName("looks once at what it has released, and not at all where nothing has changed")
        void looksOnce() {
            deploy();
            assertThat(cluster.settledLooks).isEqualTo(1);
            deploy();
            assertThat(cluster.settledLooks).isEqualTo(1);
        }

        @Test
        @DisplayName("does not go on asking a service whose container has ended")
        void crashedWhenAsked() {
            for (int i = 0; i < 1000; i++) {
                cluster.answers.add(new Answer(0, ""));
            }
            cluster.settled.add(new RolloutState.Complete(List.of()));
            cluster.settled.add(new RolloutState.Stalled(
                    List.of(), RolloutState.Cause.OUT_OF_MEMORY, "Container app of pod p was up, and has ended since"));
            assertThatFailure(FailureCode.OUT_OF_MEMORY);
            assertThat(cluster.deeds).filteredOn(deed -> deed.startsWith("ask")).hasSize(2);
        }

        @Test
        @DisplayName("ends when its time is over, not later, saying how far it got")
        void timedOut() {
            Instant start = time.instant();
            for (int i = 0; i < 1000; i++) {
                cluster.rollouts.add(progressing(1, ""));
            }
            assertThatFailure(FailureCode.ROLLOUT_TIMED_OUT)
                    .withMessageContaining("Deployment/ml-service has 1 of 2 replicas ready when the 60 s were over");
            assertThat(Duration.between(start, time.instant())).isLessThanOrEqualTo(Duration.ofSeconds(61));
        }

        @Test
        @DisplayName("waits for the LoadBalancer's address and reports it")
        void address() {
            cluster.looksUntilAddress = 3;
            assertThat(deploy().address().orElseThrow().external()).contains(URI.create("http://10.97.0.1"));
            assertThat(journal.fact(Fact.ADDRESS)).contains("http://10.97.0.1");
        }

        @Test
        @DisplayName("does not fail a healthy service whose LoadBalancer gets no address")
        void noAddress() {
            cluster.looksUntilAddress = 1000;
            deploy();
            assertThat(warned).singleElement().asString().contains("no address after 20 s (gke.budget.address)");
        }

        @Test
        @DisplayName("asks again while the service is not reached or not itself yet")
        void asksAgain() {
            cluster.answers.add(new Answer(0, ""));
            cluster.answers.add(new Answer(503, "warming up"));
            deploy();
            assertThat(cluster.deeds).filteredOn(deed -> deed.startsWith("ask")).hasSize(3);
        }

        @Test
        @DisplayName("fails if the service keeps giving another answer than it has to")
        void wrongAnswer() {
            for (int i = 0; i < 1000; i++) {
                cluster.answers.add(new Answer(200, "{\"error\":\"no model\"}"));
            }
            assertThatFailure(FailureCode.ANSWER_WRONG).withMessageContaining("no model");
        }

        @Test
        @DisplayName("warns when Google is changing the control plane")
        void reconciling() {
            warning = Optional.of("the control plane is RECONCILING");
            deploy();
            assertThat(warned).singleElement().asString().contains("RECONCILING");
        }
    }

    @Nested
    @DisplayName("A plan")
    class Plan {
        @Test
        @DisplayName("says what a deploy would do, and does nothing")
        void plans() {
            deploy();
            cluster.deeds.clear();
            digest = "b".repeat(64);
            PlanRelease.Planned planned = plan();
            assertThat(planned.changes().objects())
                    .singleElement()
                    .satisfies(change -> assertThat(change.fields())
                            .hasToString("[values.image.digest: sha256:" + "a".repeat(64) + " -> sha256:"
                                    + "b".repeat(64) + "]"));
            assertThat(cluster.deeds).isEmpty();
        }

        @Test
        @DisplayName("names the templates that ask the cluster, once")
        void lookups() {
            cluster.lookups = List.of("templates/nosy.yaml");
            assertThat(plan().changes().risks()).singleElement().satisfies(risk -> {
                assertThat(risk.kind()).isEqualTo(Risk.Kind.LOOKUP);
                assertThat(risk.object()).isEqualTo("templates/nosy.yaml");
            });
            deploy();
            assertThat(journal.warnings())
                    .filteredOn(line -> line.contains("lookup"))
                    .hasSize(1);
        }

        @Test
        @DisplayName("that was saved is kept to while nothing has moved, and only then")
        void saved() {
            deploy();
            digest = "b".repeat(64);
            PlanMark mark = HoldToPlan.mark(plan(), objects);
            hold(mark);

            objects.identity = "kube-system/2";
            assertOutdated(mark, "another cluster");
            objects.identity = "kube-system/1";
            fingerprint = "other";
            assertOutdated(mark, "the chart, the values, the image");
            fingerprint = "";
            digest = "c".repeat(64);
            assertOutdated(mark, "renders to other objects");
            deploy();
            assertOutdated(mark, "made against revision 1, and now there is revision 2");
            objects.changed.put("ml-service", Map.of("values", Map.of(), "metadata", Map.of("name", "ml-service")));
            assertOutdated(mark, "changed by hand what runs");
        }

        private PlanRelease.Planned plan() {
            return Pipelines.plan(tools(), config()).run(Begin.HERE, journal);
        }

        private void hold(PlanMark mark) {
            new HoldToPlan(objects, Optional.of(mark)).run(plan(), journal);
        }

        private void assertOutdated(PlanMark mark, String why) {
            assertThatExceptionOfType(DeployFailure.class)
                    .isThrownBy(() -> hold(mark))
                    .withMessageContaining(why)
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(FailureCode.PLAN_OUTDATED));
        }
    }

    @Nested
    @DisplayName("A rollback")
    class Rollback {
        @Test
        @DisplayName("makes the last good revision once more, watches it, notes it as good and forgets the oldest ones")
        void restores() {
            deploy();
            digest = "b".repeat(64);
            deploy();
            cluster.deeds.clear();
            assertThat(rollback().revision()).isEqualTo(3);
            assertThat(cluster.deeds).containsExactly("settle ml-service", "restore 1", "prune to 10");
            assertThat(lock.records)
                    .filteredOn(record -> record.revision() == 3)
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.state()).isEqualTo(RevisionRecord.State.GOOD);
                        assertThat(record.image())
                                .hasValueSatisfying(image -> assertThat(image).endsWith("a".repeat(64)));
                    });
            assertThat(journal.fact(Fact.RESTORED)).contains("1");
            assertThat(journal.fact(Fact.IMAGE))
                    .hasValueSatisfying(image -> assertThat(image).endsWith("a".repeat(64)));
        }

        @Test
        @DisplayName("without the rights that the old revision needs writes nothing to the release")
        void rights() {
            deploy();
            digest = "b".repeat(64);
            deploy();
            cluster.deeds.clear();
            access.lacks("patch", "deployments.apps");
            assertFails(FailureCode.RIGHTS_MISSING);
            assertThat(cluster.deeds).isEmpty();
            assertThat(lock.held).isFalse();
        }

        @Test
        @DisplayName("that does not come up fails with the evidence, marked, and says what serves")
        void fails() {
            deploy();
            digest = "b".repeat(64);
            deploy();
            cluster.deeds.clear();
            cluster.rollouts.add(new RolloutState.Stalled(
                    List.of(), RolloutState.Cause.CRASH_LOOP, "Container app of pod p has crashed 3 times"));
            assertThat(assertFails(FailureCode.CRASH_LOOP).aftermath())
                    .hasValueSatisfying(aftermath ->
                            assertThat(aftermath).startsWith("Revision 3 stays as it is, marked as failed; "));
            assertThat(cluster.deeds)
                    .containsSubsequence("restore 1", "collect evidence")
                    .anyMatch(deed -> deed.startsWith("mark 3 failed"));
            assertThat(journal.fact(Fact.RESTORED)).isEmpty();
        }

        private Released rollback() {
            return Pipelines.rollback(
                            tools(),
                            new ChangeConfig(release(), Duration.ofSeconds(30), true, 10),
                            DEPLOYER,
                            Optional.empty())
                    .run(Begin.HERE, journal);
        }

        private DeployFailure assertFails(FailureCode code) {
            DeployFailure failure = catchThrowableOfType(DeployFailure.class, this::rollback);
            assertThat(failure.code()).isEqualTo(code);
            return failure;
        }
    }

    @Nested
    @DisplayName("An undeploy")
    class Undeploy {
        @Test
        @DisplayName("uninstalls and waits until everything is gone")
        void gone() {
            deploy();
            cluster.deeds.clear();
            cluster.looksUntilGone = 2;
            assertThat(undeploy()).isTrue();
            assertThat(cluster.deeds).containsExactly("uninstall ml-service");
            assertThat(said).anyMatch(line -> line.contains("3 objects left"));
        }

        @Test
        @DisplayName("of what is not there does nothing")
        void nothing() {
            assertThat(undeploy()).isFalse();
            assertThat(cluster.deeds).isEmpty();
        }

        @Test
        @DisplayName("says what is left when its time is over")
        void stuck() {
            deploy();
            cluster.looksUntilGone = 1000;
            assertThatExceptionOfType(DeployFailure.class)
                    .isThrownBy(PipelinesTest.this::undeploy)
                    .withMessageContaining("3 objects of ml-service are still there when the 60 s were over");
        }
    }

    @Test
    @DisplayName("A status of what is not there says so")
    void statusOfNothing() {
        assertThatExceptionOfType(DeployFailure.class)
                .isThrownBy(() -> Pipelines.status(tools(), release()).run(Begin.HERE, journal))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_NOT_FOUND));
    }

    @Test
    @DisplayName("A status names the newest revision and how its workloads stand")
    void status() {
        deploy();
        assertThat(Pipelines.status(tools(), release())
                        .run(Begin.HERE, journal)
                        .rollout()
                        .counts())
                .singleElement()
                .hasToString("Deployment/ml-service 2/2 ready");
    }

    @Nested
    @DisplayName("Credentials that end in the middle")
    class EndedCredentials {
        @ParameterizedTest(name = "of {0}")
        @MethodSource("dev.slipway.gke.pipeline.PipelinesTest#recipes")
        @DisplayName("are what is said, and not that the cluster does not know us")
        void said(String goal, Function<PipelinesTest, Step<Begin, ?>> recipe) {
            deploy();
            cluster.refuses = true;
            revoked = true;
            assertRefused(recipe.apply(PipelinesTest.this), FailureCode.CREDENTIALS_EXPIRED);
            assertThat(lock.held).isFalse();
        }

        @ParameterizedTest(name = "of {0}")
        @MethodSource("dev.slipway.gke.pipeline.PipelinesTest#recipes")
        @DisplayName("are not blamed while Google still gives tokens for them")
        void notBlamed(String goal, Function<PipelinesTest, Step<Begin, ?>> recipe) {
            deploy();
            cluster.refuses = true;
            assertRefused(recipe.apply(PipelinesTest.this), FailureCode.CLUSTER_UNAUTHORIZED);
        }

        @Test
        @DisplayName("are nothing that a cluster of a kubeconfig is asked about: Google has no say there")
        void kubeconfig() {
            cluster.refuses = true;
            revoked = true;
            ReleaseConfig local = new ReleaseConfig(
                    new Target.Kubeconfig(Path.of("kubeconfig"), "local"),
                    Optional.empty(),
                    DEV,
                    new ReleaseName("ml-service"),
                    new HelmConfig(HelmConfig.Engine.EMBEDDED, Optional.empty()),
                    Duration.ofSeconds(60));
            assertRefused(Pipelines.status(tools(), local), FailureCode.CLUSTER_UNAUTHORIZED);
        }

        private void assertRefused(Step<Begin, ?> recipe, FailureCode code) {
            assertThatExceptionOfType(DeployFailure.class)
                    .isThrownBy(() -> recipe.run(Begin.HERE, journal))
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(code));
        }
    }

    static Stream<Arguments> recipes() {
        return Stream.of(
                recipe("deploy", test -> Pipelines.deploy(test.tools(), test.config(), DEPLOYER, Optional.empty())),
                recipe("plan", test -> Pipelines.plan(test.tools(), test.config())),
                recipe("status", test -> Pipelines.status(test.tools(), test.release())),
                recipe(
                        "logs",
                        test -> Pipelines.logs(
                                test.tools(), test.release(), new LogQuery(10, false, false), line -> {})),
                recipe(
                        "verify",
                        test -> Pipelines.verify(test.tools(), new VerifyConfig(test.release(), Optional.empty()))),
                recipe("rollback", test -> Pipelines.rollback(test.tools(), test.change(), DEPLOYER, Optional.empty())),
                recipe("undeploy", test -> Pipelines.undeploy(test.tools(), test.change(), DEPLOYER)));
    }

    private static Arguments recipe(String goal, Function<PipelinesTest, Step<Begin, ?>> recipe) {
        return Arguments.of(goal, recipe);
    }

    private static final Deployer DEPLOYER = new Deployer(
            new Owner("ada", "laptop", 42, Optional.empty(), Optional.empty()),
            SourceState.NONE,
            commit -> Lineage.UNKNOWN);

    private Deployed deploy() {
        return Pipelines.deploy(tools(), config(), DEPLOYER, Optional.empty()).run(Begin.HERE, journal);
    }

    private boolean undeploy() {
        return Pipelines.undeploy(tools(), change(), DEPLOYER)
                .run(Begin.HERE, journal)
                .wasThere();
    }

    private ChangeConfig change() {
        return new ChangeConfig(release(), Duration.ofSeconds(30), true, 10);
    }

    private org.assertj.core.api.ThrowableAssertAlternative<DeployFailure> assertThatFailure(FailureCode code) {
        return assertThatExceptionOfType(DeployFailure.class)
                .isThrownBy(this::deploy)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(code));
    }

    private static RolloutState progressing(int ready, String detail) {
        return new RolloutState.Progressing(
                List.of(new RolloutState.Count("Deployment/ml-service", 2, 2, ready, detail)));
    }

    private Tools tools() {
        TokenSource tokens = new TokenSource() {
            @Override
            public AccessToken token() {
                return new AccessToken("token", Instant.MAX);
            }

            @Override
            public AccessToken insteadOf(AccessToken refused) {
                if (revoked) {
                    throw new DeployFailure(
                            FailureCode.CREDENTIALS_EXPIRED, "Google knows no such account", "GKE_SA_KEY", "Sign in");
                }
                return token();
            }

            @Override
            public String identity() {
                return "deployer@acme.iam.gserviceaccount.com";
            }
        };
        return new Tools(
                () -> tokens,
                (name, proof) -> new Cluster(
                        name,
                        Cluster.at(name, URI.create("https://10.0.0.1"), Optional.empty())
                                .endpoints(),
                        warning),
                cluster,
                (image, limit) ->
                        new PinnedImage(image.name(), image.tag().orElse(""), new ImageDigest("sha256:" + digest)),
                cluster,
                cluster,
                cluster,
                cluster,
                cluster,
                lock,
                (connection, namespace, revisions) -> new Serving(Map.of()),
                cluster,
                objects,
                plan -> new Inputs(fingerprint, List.of(), Map.of()),
                access,
                (duration, deadline) -> {
                    time.upTo(duration, deadline);
                    journal.tick();
                },
                time);
    }

    private ReleaseConfig release() {
        return new ReleaseConfig(
                new Target.Gke(ML),
                Optional.empty(),
                DEV,
                new ReleaseName("ml-service"),
                new HelmConfig(HelmConfig.Engine.EMBEDDED, Optional.empty()),
                Duration.ofSeconds(60));
    }

    private DeployConfig config() {
        return new DeployConfig(
                release(),
                createNamespace,
                new ChartSource("chart"),
                List.of(Path.of("values-dev.yaml")),
                Optional.of(ImageReference.parse("docker.io/acme/ml-service:abc")),
                Optional.of(new Question("/predict", Optional.of("{}"), Pattern.compile("prediction"))),
                new DeployPolicy(
                        DeployPolicy.OnFailure.ROLLBACK,
                        10,
                        false,
                        Duration.ofSeconds(30),
                        true,
                        Optional.empty(),
                        false,
                        test,
                        Duration.ZERO,
                        new Budgets(Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofSeconds(20))));
    }
}
