package dev.slipway.gke.step;

import dev.slipway.gke.fake.FakeCluster;
import dev.slipway.gke.fake.FakeLock;
import dev.slipway.gke.fake.FakeTime;
import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.model.RevisionRecord.State;
import dev.slipway.gke.model.SourceState;
import dev.slipway.gke.port.Grip;
import dev.slipway.gke.port.ReleaseLock;
import dev.slipway.gke.progress.Journal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster with a release, its lock in hand: what the tests of the steps that need it begin with. */
final class Hand {
    static final ReleaseName SHOP = new ReleaseName("shop");
    static final Namespace DEV = new Namespace("dev");
    static final Connection CONNECTION =
            new Connection("local", URI.create("https://127.0.0.1:6443"), Path.of("private"));
    static final Site SITE = new Site(CONNECTION, DEV, true);
    static final Owner ME = new Owner("ada", "laptop", 1, Optional.of("a".repeat(40)), Optional.empty());

    final FakeTime time = new FakeTime();
    final FakeCluster cluster = new FakeCluster();
    final FakeLock lock = new FakeLock();
    final List<String> said = new ArrayList<>();
    final List<String> warned = new ArrayList<>();
    final Journal journal = new Journal(time, said::add, warned::add);
    final SourceState source = new SourceState(Optional.of("a".repeat(40)), Optional.empty(), Optional.empty());

    Grip grip() {
        return ((ReleaseLock.Held) lock.claim(CONNECTION, DEV, SHOP, ME)).grip();
    }

    Ledger ledger() {
        return new Ledger(grip(), ME, source, time);
    }

    /** Makes a revision, and notes it. */
    Release revision(String word, State state) {
        int number = cluster.revisions(CONNECTION, DEV, SHOP).size() + 1;
        Ledger ledger = ledger();
        ledger.begin(number, Optional.of("docker.io/acme/shop@sha256:" + word), "", "");
        unnoted(word);
        Release made = newest();
        ledger.good(number, ManifestHash.of(made));
        ledger.ended(number, state);
        cluster.deeds.clear();
        return made;
    }

    /** Makes a revision as another tool would. */
    Release unnoted(String word) {
        cluster.release(CONNECTION, plan(word), false, Duration.ofSeconds(1));
        cluster.deeds.clear();
        return newest();
    }

    Release newest() {
        return cluster.revisions(CONNECTION, DEV, SHOP).get(0);
    }

    static ReleasePlan plan(String word) {
        return new ReleasePlan(SHOP, DEV, new ChartSource("chart"), List.of(), Map.of("word", word), "");
    }

    Rendering rendering(String word) {
        return cluster.render(plan(word));
    }

    State state(int revision) {
        return lock.records.stream()
                .filter(record -> record.revision() == revision)
                .map(RevisionRecord::state)
                .findFirst()
                .orElseThrow();
    }
}
