package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.FakeLock;
import dev.slipway.gke.fake.FakeTime;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Lineage;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RevisionRecord.State;
import dev.slipway.gke.model.SourceState;
import dev.slipway.gke.port.ReleaseLock;
import dev.slipway.gke.progress.Journal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An older commit")
class RefuseOlderTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final String LIVE = "1".repeat(40);
    private static final String OURS = "2".repeat(40);

    private final FakeTime time = new FakeTime();
    private final FakeLock lock = new FakeLock();
    private final List<String> warned = new ArrayList<>();
    private Lineage lineage = Lineage.UNKNOWN;
    private boolean allowed;
    private SourceState ours = new SourceState(Optional.of(OURS), Optional.of(NOON), Optional.empty());

    @Test
    @DisplayName("is refused when Git says that the commit that runs holds it and more")
    void before() {
        live(State.GOOD, NOON.minusSeconds(60));
        lineage = Lineage.BEFORE;
        DeployFailure failure = refused();
        assertThat(failure.code()).isEqualTo(FailureCode.COMMIT_OLDER);
        assertThat(failure.what())
                .isEqualTo(
                        "Revision 7 is of commit 111111111111, which holds it and more; 222222222222 would take that back");
        assertThat(failure.where()).isEqualTo("deployed by ada at 2026-01-01T11:59:00Z, https://ci.example.com/7");
    }

    @Test
    @DisplayName("is refused when Git does not know the commit that runs and that was made later")
    void earlier() {
        live(State.GOOD, NOON.plusSeconds(1));
        assertThat(refused().what()).contains("which was made later (2026-01-01T12:00:01Z, ours 2026-01-01T12:00:00Z)");
    }

    @Test
    @DisplayName("is refused with changes in the working tree, too: they are on top of it")
    void dirty() {
        live(State.GOOD, NOON);
        lineage = Lineage.BEFORE;
        ours = new SourceState(Optional.of(OURS), Optional.of(NOON), Optional.of("abc"));
        assertThat(refused().code()).isEqualTo(FailureCode.COMMIT_OLDER);
    }

    @Test
    @DisplayName("is refused over a newer one that nobody has seen come up yet")
    void pending() {
        live(State.PENDING, NOON.plusSeconds(1));
        assertThat(refused().code()).isEqualTo(FailureCode.COMMIT_OLDER);
    }

    @Test
    @DisplayName("goes over a newer one that failed, for that is what going back is for")
    void failed() {
        live(State.FAILED, NOON.plusSeconds(1));
        passes();
    }

    @Test
    @DisplayName("passes when gke.allowOlder says so")
    void allowed() {
        live(State.GOOD, NOON.plusSeconds(1));
        allowed = true;
        passes();
    }

    @Test
    @DisplayName("is none that comes after what runs, though its clock was wrong")
    void after() {
        live(State.GOOD, NOON.plusSeconds(3600));
        lineage = Lineage.AFTER;
        passes();
        assertThat(warned).isEmpty();
    }

    @Test
    @DisplayName("is none that is of another branch; but that is told")
    void apart() {
        live(State.GOOD, NOON.plusSeconds(1));
        lineage = Lineage.APART;
        passes();
        assertThat(warned).singleElement().asString().contains("is of another branch than 111111111111");
    }

    @Test
    @DisplayName("is none where nothing is known: no records, no repository")
    void unknown() {
        passes();
        live(State.GOOD, NOON.plusSeconds(1));
        ours = SourceState.NONE;
        passes();
    }

    private void live(State state, Instant committedAt) {
        lock.records.clear();
        lock.records.add(new RevisionRecord(
                7,
                state,
                Optional.empty(),
                Optional.of(LIVE),
                Optional.of(committedAt),
                "",
                "",
                "ada",
                "laptop",
                Optional.of(URI.create("https://ci.example.com/7")),
                NOON.minusSeconds(60)));
    }

    private void passes() {
        assertThat(step().run("on", new Journal(time, line -> {}, warned::add))).isEqualTo("on");
    }

    private DeployFailure refused() {
        return catchThrowableOfType(DeployFailure.class, this::passes);
    }

    private RefuseOlder<String> step() {
        Owner me = new Owner("bob", "runner", 1, Optional.of(OURS), Optional.empty());
        ReleaseLock.Held held = (ReleaseLock.Held) lock.claim(
                new Connection("local", URI.create("https://127.0.0.1"), Path.of("private")),
                new Namespace("dev"),
                new ReleaseName("shop"),
                me);
        Ledger ledger = new Ledger(held.grip(), me, ours, time);
        return new RefuseOlder<>(ledger, ours, commit -> lineage, allowed);
    }
}
