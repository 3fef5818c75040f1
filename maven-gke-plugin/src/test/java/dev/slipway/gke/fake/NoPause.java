package dev.slipway.gke.fake;

import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.port.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Does not wait, and remembers how long it would have. */
public final class NoPause implements Pause {
    private final List<Duration> waits = new ArrayList<>();

    @Override
    public synchronized void upTo(Duration time, Deadline deadline) {
        waits.add(time);
    }

    /** {@return the waits so far, in order} */
    public synchronized List<Duration> waits() {
        return List.copyOf(waits);
    }
}
