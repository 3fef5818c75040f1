package dev.slipway.gke.mojo;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.port.Pause;
import java.time.Duration;

/** Waits by sleeping. */
final class ThreadPause implements Pause {
    @Override
    public void upTo(Duration time, Deadline deadline) {
        Duration left = deadline.left();
        try {
            Thread.sleep(time.compareTo(left) < 0 ? time.toMillis() : left.toMillis());
        } catch (InterruptedException e) {
            throw DeployFailure.interrupted("waiting", e);
        }
    }
}
