package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Owner;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A release's lock")
class HoldLockTest {
    private final Hand hand = new Hand();
    private Step<String, Duration> inner = (input, progress) -> Duration.ZERO;
    private boolean exists = true;

    @Test
    @DisplayName("is held while the work is done, and let go afterwards")
    void held() {
        inner = (input, progress) -> {
            assertThat(hand.lock.held).isTrue();
            return Duration.ZERO;
        };
        hold();
        assertThat(hand.lock.held).isFalse();
    }

    @Test
    @DisplayName("is let go when the work fails, also by an interrupt, which stays")
    void failed() {
        inner = (input, progress) -> {
            throw DeployFailure.interrupted("waiting", new InterruptedException());
        };
        assertThat(catchThrowableOfType(DeployFailure.class, this::hold).code()).isEqualTo(FailureCode.INTERRUPTED);
        assertThat(hand.lock.held).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("is waited for, saying for whom, and never silent for more than ten seconds; the wait does not count")
    void waits() {
        for (int i = 0; i < 25; i++) {
            hand.lock.takenBy.add(bob());
        }
        assertThat(hold()).isEqualTo(Duration.ofSeconds(25));
        assertThat(hand.said.get(0))
                .contains("waiting for bob on runner-7 (process 4711), commit 444444444444, https://ci.example.com/98, "
                        + "at work since 2026-01-01T00:00:00Z");
        assertThat(hand.said)
                .anyMatch(line -> line.endsWith("(10 of 30 s)"))
                .anyMatch(line -> line.endsWith("(20 of 30 s)"))
                .anyMatch(line -> line.contains("shop is ours after 25 s"));
    }

    @Test
    @DisplayName("is not waited for longer than gke.lock.wait, and nothing is done then")
    void givesUp() {
        for (int i = 0; i < 100; i++) {
            hand.lock.takenBy.add(bob());
        }
        inner = (input, progress) -> {
            throw new AssertionError("worked without the lock");
        };
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, this::hold);
        assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_LOCKED);
        assertThat(failure.what())
                .startsWith("After 30 s shop is still being deployed by bob on runner-7 (process 4711)")
                .endsWith("at work since 2026-01-01T00:00:00Z");
    }

    @Test
    @DisplayName("lives in the release's namespace, which is made first if it is missing")
    void namespace() {
        exists = false;
        hold();
        assertThat(hand.cluster.deeds).containsExactly("create namespace dev");
    }

    @Test
    @DisplayName("that was lost stops the next change")
    void lost() {
        Ledger ledger = hand.ledger();
        hand.lock.lost = true;
        DeployFailure failure =
                catchThrowableOfType(DeployFailure.class, () -> ledger.begin(1, Optional.empty(), "", ""));
        assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_LOCKED);
        assertThat(hand.lock.records).isEmpty();
    }

    private Holder bob() {
        Owner bob = new Owner(
                "bob",
                "runner-7",
                4711,
                Optional.of("4".repeat(40)),
                Optional.of(URI.create("https://ci.example.com/98")));
        return new Holder(
                bob, hand.time.instant().minusSeconds(hand.time.instant().getEpochSecond() % 60), hand.time.instant());
    }

    private Duration hold() {
        return new HoldLock<String, Duration>(
                        hand.lock,
                        hand.cluster,
                        new HoldLock.Terms(Hand.SHOP, Hand.ME, Duration.ofSeconds(30), hand.time, hand.time),
                        input -> new Site(Hand.CONNECTION, Hand.DEV, exists),
                        (grip, waited) -> inner.then((done, progress) -> waited))
                .run("", hand.journal);
    }
}
