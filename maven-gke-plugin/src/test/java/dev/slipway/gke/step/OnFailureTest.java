package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseStatus;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RevisionRecord.State;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.Serving;
import dev.slipway.gke.progress.Progress.Fact;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A deploy that fails")
class OnFailureTest {
    private static final Evidence LOG = new Evidence(
            List.of(new Evidence.Pod("shop-1", "Running", Optional.of("CrashLoopBackOff"), 3, List.of())), List.of());

    private final Hand hand = new Hand();
    private final Ledger ledger = hand.ledger();
    private boolean rollback = true;
    private FailureCode code = FailureCode.CRASH_LOOP;
    private Serving serving = new Serving(Map.of(1, 2));

    OnFailureTest() {
        hand.cluster.evidence = LOG;
    }

    @AfterEach
    void calm() {
        Thread.interrupted();
    }

    @Test
    @DisplayName(
            "collects the evidence first, marks the revision, and then brings the last good one back and watches it")
    void restored() {
        hand.revision("one", State.GOOD);

        DeployFailure failure = fails("two");

        assertThat(hand.cluster.deeds)
                .containsExactly(
                        "upgrade shop",
                        "collect evidence",
                        "mark 2 failed: GKE-505 it crashed",
                        "settle shop",
                        "restore 1",
                        "prune to 10");
        assertThat(failure.code()).isEqualTo(FailureCode.CRASH_LOOP);
        assertThat(failure.evidence()).isEqualTo(LOG);
        assertThat(failure.aftermath()).contains("Revision 1 serves again, as revision 3");
        assertThat(hand.state(2)).isEqualTo(State.FAILED);
        assertThat(hand.state(3)).isEqualTo(State.GOOD);
        assertThat(hand.journal.fact(Fact.RESTORED)).contains("1");
    }

    @Test
    @DisplayName("goes back past what failed to what was good")
    void pastTheFailed() {
        hand.revision("one", State.GOOD);
        hand.revision("two", State.FAILED);

        assertThat(fails("three").aftermath()).contains("Revision 1 serves again, as revision 4");
    }

    @Test
    @DisplayName("does not go back to a revision whose record in the cluster was altered")
    void altered() {
        hand.revision("one", State.GOOD);
        hand.lock.records.replaceAll(record -> new RevisionRecord(
                record.revision(),
                record.state(),
                record.image(),
                record.commit(),
                record.committedAt(),
                record.inputs(),
                "another hash",
                record.who(),
                record.host(),
                record.run(),
                record.at()));

        assertThat(fails("two").aftermath().orElseThrow()).contains("there is no good revision to go back to");
        assertThat(hand.cluster.deeds).doesNotContain("restore 1");
    }

    @Test
    @DisplayName("goes back to what ran before, where another tool deployed that")
    void unnoted() {
        hand.unnoted("one");

        assertThat(fails("two").aftermath()).contains("Revision 1 serves again, as revision 3");
    }

    @Test
    @DisplayName("leaves a first install in place, marked as failed")
    void firstInstall() {
        DeployFailure failure = fails("one");

        assertThat(hand.cluster.deeds)
                .containsExactly("upgrade shop", "collect evidence", "mark 1 failed: GKE-505 it crashed");
        assertThat(failure.aftermath())
                .contains(
                        "Revision 1 stays as it is, marked as failed, because there is no good revision to go back to; the "
                                + "next deploy upgrades it");
    }

    @Test
    @DisplayName("leaves it in place when gke.onFailure=keep says so, and says what serves")
    void kept() {
        hand.revision("one", State.GOOD);
        rollback = false;

        DeployFailure failure = fails("two");

        assertThat(hand.cluster.deeds).doesNotContain("restore 1").contains("mark 2 failed: GKE-505 it crashed");
        assertThat(failure.aftermath())
                .contains("Revision 2 stays as it is, marked as failed; revision 1 with 2 ready pods serves now");
    }

    @Test
    @DisplayName("says what serves, by the pods, when the way back fails too")
    void rollbackFails() {
        hand.revision("one", State.GOOD);
        hand.cluster.rollouts.add(new RolloutState.Progressing(List.of()));
        hand.cluster.rollouts.add(
                new RolloutState.Stalled(List.of(), RolloutState.Cause.PODS_REFUSED, "the quota is used up"));

        DeployFailure failure = fails("two");

        assertThat(failure.code()).isEqualTo(FailureCode.ROLLBACK_FAILED);
        assertThat(failure.what())
                .isEqualTo("it crashed (GKE-505); and the rollback to revision 1 failed too: the quota is used up; "
                        + "revision 1 with 2 ready pods serves now");
        assertThat(failure.evidence()).isEqualTo(LOG);
        assertThat(hand.state(3)).isEqualTo(State.FAILED);
        assertThat(hand.newest().status()).isEqualTo(ReleaseStatus.FAILED);
    }

    @Test
    @DisplayName("changes nothing more when the lock was lost")
    void lost() {
        hand.revision("one", State.GOOD);
        hand.lock.lost = true;

        DeployFailure failure = fails("two", false);

        assertThat(hand.cluster.deeds).containsExactly("upgrade shop", "collect evidence");
        assertThat(failure.aftermath()).contains("Revision 2 was left as it is, because the lock was lost");
    }

    @Test
    @DisplayName("before anything was released takes nothing back")
    void nothingReleased() {
        Release one = hand.revision("one", State.GOOD);
        DeployFailure failure = catchThrowableOfType(
                DeployFailure.class,
                () -> step(Optional.of(one), (in, progress) -> {
                            throw crash();
                        })
                        .run("two", hand.journal));

        assertThat(hand.cluster.deeds).isEmpty();
        assertThat(failure.aftermath()).isEmpty();
    }

    @Test
    @DisplayName("by an interrupt puts the good revision back without watching it, and stays interrupted")
    void interrupted() {
        hand.revision("one", State.GOOD);
        code = FailureCode.INTERRUPTED;

        DeployFailure failure = fails("two");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(hand.cluster.deeds)
                .containsExactly("upgrade shop", "mark 2 failed: GKE-901 it crashed", "settle shop", "restore 1");
        assertThat(failure.aftermath())
                .contains("Revision 1 was put back, as revision 3; the next deploy sees whether it came up");
        assertThat(hand.state(3)).isEqualTo(State.PENDING);
    }

    @Test
    @DisplayName("by an interrupt while Helm is at work gives Helm three seconds, and then marks the revision")
    void interruptedInHelm() {
        hand.revision("one", State.GOOD);
        code = FailureCode.INTERRUPTED;
        Release one = hand.newest();
        long before = hand.time.instant().getEpochSecond();

        DeployFailure failure = catchThrowableOfType(
                DeployFailure.class,
                () -> step(Optional.of(one), (in, progress) -> {
                            hand.revision(in, State.PENDING);
                            hand.cluster.newest(ReleaseStatus.PENDING_UPGRADE);
                            Thread.currentThread().interrupt();
                            throw crash();
                        })
                        .run("two", hand.journal));

        assertThat(hand.cluster.deeds).containsExactly("mark 2 failed: GKE-901 it crashed");
        assertThat(failure.aftermath()).contains("Revision 2 is marked as failed; the next deploy goes on from there");
        assertThat(hand.time.instant().getEpochSecond() - before).isEqualTo(3);
    }

    private DeployFailure fails(String word) {
        return fails(word, true);
    }

    private DeployFailure fails(String word, boolean noted) {
        Optional<Release> before = hand.cluster.revisions(Hand.CONNECTION, Hand.DEV, Hand.SHOP).stream()
                .findFirst();
        return catchThrowableOfType(
                DeployFailure.class,
                () -> step(before, (in, progress) -> {
                            if (noted) {
                                ledger.begin(before.map(Release::revision).orElse(0) + 1, Optional.empty(), "", "");
                            }
                            hand.cluster.release(Hand.CONNECTION, Hand.plan(in), true, Duration.ofSeconds(1));
                            if (code == FailureCode.INTERRUPTED) {
                                Thread.currentThread().interrupt();
                            }
                            throw crash();
                        })
                        .run(word, hand.journal));
    }

    private DeployFailure crash() {
        return new DeployFailure(code, "it crashed", "dev", "Mend it");
    }

    private OnFailure<String, String> step(Optional<Release> before, Step<String, String> inner) {
        RestoreRevision restore = new RestoreRevision(
                hand.cluster,
                hand.cluster,
                ledger,
                new AttendHooks(hand.cluster, hand.cluster, hand.time),
                10,
                deadline -> new WatchRollout(hand.cluster, hand.time, hand.time, deadline));
        return new OnFailure<>(
                new OnFailure.Tools(
                        hand.cluster,
                        hand.cluster,
                        (connection, namespace, revisions) -> serving,
                        ledger,
                        restore,
                        hand.time,
                        hand.time),
                rollback,
                Deadline.in(Duration.ofSeconds(60), hand.time),
                word -> new OnFailure.Attempt(Hand.SITE, Hand.SHOP, before),
                inner);
    }
}
