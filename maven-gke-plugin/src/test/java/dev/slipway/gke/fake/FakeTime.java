package dev.slipway.gke.fake;

import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.port.Pause;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that moves only when somebody waits, or when it is told to. */
public final class FakeTime extends Clock implements Pause {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public void upTo(Duration time, Deadline deadline) {
        forward(time);
    }

    /** Moves on. */
    public void forward(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
