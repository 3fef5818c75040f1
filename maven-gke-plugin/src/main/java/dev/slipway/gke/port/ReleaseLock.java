package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.RevisionRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One lock per release, for everybody who deploys it with this plugin, and what they noted of its revisions. */
public interface ReleaseLock {
    /** What came of asking for the lock. */
    sealed interface Claim {
        /** {@return what the function for this case makes of it} */
        default <R> R fold(Function<Held, R> held, Function<Taken, R> taken) {
            return this instanceof Held claim ? held.apply(claim) : taken.apply((Taken) this);
        }
    }

    /**
     * It is ours.
     *
     * @param grip to be closed at the end
     */
    record Held(Grip grip) implements Claim {}

    /**
     * Somebody else has it.
     *
     * @param holder who
     */
    record Taken(Holder holder) implements Claim {}

    /** {@return the lock, or who has it; does not wait} */
    Claim claim(Connection connection, Namespace namespace, ReleaseName release, Owner me);

    /** {@return who holds it now, if somebody alive does} */
    Optional<Holder> holder(Connection connection, Namespace namespace, ReleaseName release);

    /** {@return what was noted of the release's revisions, the newest first; empty if nothing was} */
    List<RevisionRecord> records(Connection connection, Namespace namespace, ReleaseName release);

    /** Deletes the lock and what was noted; does nothing if there is none. */
    void forget(Connection connection, Namespace namespace, ReleaseName release);
}
