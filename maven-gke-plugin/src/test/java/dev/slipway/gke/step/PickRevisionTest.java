package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RevisionRecord.State;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A rollback")
class PickRevisionTest {
    private final Hand hand = new Hand();

    @Test
    @DisplayName("goes to the last good revision before the one that runs")
    void lastGood() {
        hand.revision("one", State.GOOD);
        hand.revision("two", State.FAILED);
        hand.revision("three", State.GOOD);
        assertThat(pick()).isEqualTo(1);
    }

    @Test
    @DisplayName("does not go to what runs already, made once more")
    void notTheSame() {
        hand.revision("one", State.GOOD);
        hand.revision("two", State.GOOD);
        hand.revision("three", State.FAILED);
        hand.revision("two", State.GOOD);
        assertThat(pick()).isEqualTo(1);
    }

    @Test
    @DisplayName("goes to the revision that is named, with a warning if that one failed")
    void named() {
        hand.revision("one", State.FAILED);
        hand.revision("two", State.GOOD);
        assertThat(pick(1)).isEqualTo(1);
        assertThat(hand.warned).containsExactly("Revision 1 is on record as failed");
    }

    @Test
    @DisplayName("to a revision that is not there says which are, and how they went")
    void missing() {
        hand.revision("one", State.GOOD);
        hand.unnoted("two");
        DeployFailure failure = refused(7);
        assertThat(failure.code()).isEqualTo(FailureCode.REVISION_NOT_FOUND);
        assertThat(failure.what()).isEqualTo("There is no revision 7 of shop; there are 2 (not on record), 1 (good)");
    }

    @Test
    @DisplayName("without a good revision before says so")
    void nothingGood() {
        hand.revision("one", State.FAILED);
        hand.revision("two", State.GOOD);
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> pick());
        assertThat(failure.code()).isEqualTo(FailureCode.REVISION_NOT_FOUND);
        assertThat(failure.what()).startsWith("There is no good revision of shop before revision 2");
    }

    @Test
    @DisplayName("refuses a revision of which it is not on record which image it ran")
    void unrecorded() {
        hand.unnoted("one");
        hand.revision("two", State.GOOD);
        assertThat(refused(1).code()).isEqualTo(FailureCode.IMAGE_UNRECORDED);
    }

    @Test
    @DisplayName("refuses a revision that the cluster does not keep as it was deployed")
    void altered() {
        hand.revision("one", State.GOOD);
        hand.revision("two", State.GOOD);
        hand.lock.records.replaceAll(record -> record.revision() == 1 ? altered(record) : record);
        DeployFailure failure = refused(1);
        assertThat(failure.code()).isEqualTo(FailureCode.HISTORY_ALTERED);
        assertThat(failure.where()).isEqualTo("Secret dev/sh.helm.release.v1.shop.v1 on local");
    }

    private static RevisionRecord altered(RevisionRecord record) {
        return new RevisionRecord(
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
                record.at());
    }

    private DeployFailure refused(int revision) {
        return catchThrowableOfType(DeployFailure.class, () -> pick(revision));
    }

    private int pick(Integer... named) {
        return new PickRevision(
                        hand.cluster,
                        Hand.SHOP,
                        hand.ledger(),
                        named.length == 0 ? Optional.empty() : Optional.of(named[0]),
                        Deadline.in(Duration.ofSeconds(60), hand.time))
                .run(Hand.SITE, hand.journal)
                .target()
                .revision();
    }
}
