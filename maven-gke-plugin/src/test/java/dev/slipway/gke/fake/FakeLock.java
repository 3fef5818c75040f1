package dev.slipway.gke.fake;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.RevisionRecord;
import dev.slipway.gke.port.Grip;
import dev.slipway.gke.port.ReleaseLock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lock of one release, in memory. */
public final class FakeLock implements ReleaseLock {
    /** Who has it on the next looks, before it is free. */
    public final Deque<Holder> takenBy = new ArrayDeque<>();
    /** What was noted. */
    public final List<RevisionRecord> records = new ArrayList<>();
    /** Whether somebody has it now. */
    public boolean held;
    /** Whether it was taken away. */
    public boolean lost;
    /** Who held it before and died. */
    public @Nullable Holder dead;

    @Override
    public Claim claim(Connection connection, Namespace namespace, ReleaseName release, Owner me) {
        Holder other = takenBy.poll();
        if (other != null) {
            return new Taken(other);
        }
        held = true;
        return new Held(new Hand());
    }

    @Override
    public Optional<Holder> holder(Connection connection, Namespace namespace, ReleaseName release) {
        return Optional.ofNullable(takenBy.peek());
    }

    @Override
    public List<RevisionRecord> records(Connection connection, Namespace namespace, ReleaseName release) {
        return records.stream()
                .sorted(Comparator.comparingInt(RevisionRecord::revision).reversed())
                .toList();
    }

    @Override
    public void forget(Connection connection, Namespace namespace, ReleaseName release) {
        records.clear();
    }

    private final class Hand implements Grip {
        @Override
        public Optional<Holder> previous() {
            return Optional.ofNullable(dead);
        }

        @Override
        public List<RevisionRecord> records() {
            return records.stream()
                    .sorted(Comparator.comparingInt(RevisionRecord::revision).reversed())
                    .toList();
        }

        @Override
        public void record(RevisionRecord revision) {
            records.removeIf(old -> old.revision() == revision.revision());
            records.add(revision);
        }

        @Override
        public boolean lost() {
            return lost;
        }

        @Override
        public void close() {
            held = false;
        }
    }
}
