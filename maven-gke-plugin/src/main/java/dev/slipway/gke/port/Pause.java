package dev.slipway.gke.port;

import dev.slipway.gke.model.Deadline;
import java.time.Duration;

/** Waiting, as an argument, so that tests need not wait. */
@FunctionalInterface
public interface Pause {
    /** Waits that long, or until the deadline if that is sooner. */
    void upTo(Duration time, Deadline deadline);
}
