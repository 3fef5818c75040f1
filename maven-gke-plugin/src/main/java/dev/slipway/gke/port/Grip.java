package dev.slipway.gke.port;

import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.RevisionRecord;
import java.util.List;
import java.util.Optional;

/** A lock that is held, and kept by a heartbeat until it is closed. */
public interface Grip extends AutoCloseable {
    /** {@return the owner that held it before and died, if one did} */
    Optional<Holder> previous();

    /** {@return what was noted of the release's revisions, the newest first} */
    List<RevisionRecord> records();

    /** Notes a revision, in place of what was noted of the same revision before. */
    void record(RevisionRecord revision);

    /** {@return whether somebody else may have the lock by now} */
    boolean lost();

    @Override
    void close();
}
