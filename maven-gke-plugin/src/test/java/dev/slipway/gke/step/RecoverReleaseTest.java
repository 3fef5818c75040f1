package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.ReleaseStatus;
import dev.slipway.gke.model.RevisionRecord.State;
import dev.slipway.gke.port.Pause;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a dead deploy left")
class RecoverReleaseTest {
    private final Hand hand = new Hand();
    private boolean allowed = true;
    private Pause pause = hand.time;

    @Test
    @DisplayName("half done is marked as failed, after the time in which its Helm may still end, and one line says so")
    void pending() {
        hand.revision("one", State.GOOD);
        hand.revision("two", State.PENDING);
        hand.cluster.newest(ReleaseStatus.PENDING_UPGRADE);
        hand.lock.dead = new Holder(
                Hand.ME,
                hand.time.instant().minusSeconds(30),
                hand.time.instant().minusSeconds(5));
        Instant start = hand.time.instant();

        recover();

        assertThat(hand.cluster.deeds).containsExactly("mark 2 failed: Its deploy died; recovered by gke-maven-plugin");
        assertThat(hand.state(2)).isEqualTo(State.FAILED);
        assertThat(Duration.between(start, hand.time.instant())).isEqualTo(Duration.ofSeconds(15));
        assertThat(hand.warned)
                .singleElement()
                .asString()
                .startsWith("Recovered from the deploy of ada on laptop (process 1), commit aaaaaaaaaaaa, begun ")
                .endsWith(": revision 2 was pending-upgrade and is marked as failed now");
    }

    @Test
    @DisplayName("of a first install is marked as failed, too")
    void pendingInstall() {
        hand.revision("one", State.PENDING);
        hand.cluster.newest(ReleaseStatus.PENDING_INSTALL);

        recover();

        assertThat(hand.newest().status()).isEqualTo(ReleaseStatus.FAILED);
    }

    @Test
    @DisplayName("is not marked when its own Helm comes to its end meanwhile; it stays to be watched")
    void endsByItself() {
        hand.revision("one", State.PENDING);
        hand.cluster.newest(ReleaseStatus.PENDING_INSTALL);
        hand.lock.dead = new Holder(Hand.ME, hand.time.instant(), hand.time.instant());
        pause = (time, deadline) -> {
            hand.time.forward(time);
            hand.cluster.newest(ReleaseStatus.DEPLOYED);
        };

        recover();

        assertThat(hand.cluster.deeds).isEmpty();
        assertThat(hand.state(1)).isEqualTo(State.PENDING);
        assertThat(hand.warned).singleElement().asString().endsWith(": revision 1 was ended by its own Helm");
    }

    @Test
    @DisplayName("that is deployed, but that nobody saw come up, is told in one line")
    void unseen() {
        hand.revision("one", State.PENDING);
        hand.lock.dead = new Holder(Hand.ME, hand.time.instant(), hand.time.instant());

        recover();

        assertThat(hand.cluster.deeds).isEmpty();
        assertThat(hand.warned)
                .singleElement()
                .asString()
                .startsWith("Recovered from the deploy of ada")
                .endsWith("nobody has seen revision 1 come up");
    }

    @Test
    @DisplayName("is left when gke.recover=never says so")
    void never() {
        hand.revision("one", State.PENDING);
        hand.cluster.newest(ReleaseStatus.PENDING_INSTALL);
        allowed = false;

        DeployFailure failure = catchThrowableOfType(DeployFailure.class, this::recover);

        assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_BUSY);
        assertThat(failure.tryThis()).contains("gke.recover=never");
        assertThat(hand.cluster.deeds).isEmpty();
    }

    @Test
    @DisplayName("is not taken from a Helm that is not ours, until an hour has passed")
    void anothersHelm() {
        hand.unnoted("one");
        hand.cluster.newest(ReleaseStatus.PENDING_INSTALL);
        Duration since = Duration.between(hand.time.instant(), hand.newest().deployedAt());
        hand.time.forward(since.plusMinutes(59));

        DeployFailure failure = catchThrowableOfType(DeployFailure.class, this::recover);
        assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_BUSY);
        assertThat(failure.what()).contains("a Helm that is not of this plugin is at work on it");

        hand.time.forward(Duration.ofMinutes(2));
        recover();
        assertThat(hand.newest().status()).isEqualTo(ReleaseStatus.FAILED);
        assertThat(hand.warned).singleElement().asString().contains("somebody's Helm that was begun 61 minutes ago");
    }

    @Test
    @DisplayName("is not looked for where nothing is left")
    void nothing() {
        hand.revision("one", State.GOOD);
        recover();
        assertThat(hand.warned).isEmpty();
    }

    private void recover() {
        new RecoverRelease<Site>(hand.cluster, Hand.SHOP, hand.grip(), allowed, pause, hand.time, site -> site)
                .run(Hand.SITE, hand.journal);
    }
}
