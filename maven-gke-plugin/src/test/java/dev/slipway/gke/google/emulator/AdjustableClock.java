package dev.slipway.gke.google.emulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** A clock that a test can put forward. */
public final class AdjustableClock extends Clock {
    private final Clock base;
    private volatile Duration ahead = Duration.ZERO;

    /** A clock that starts with the time of another, and goes as that one goes. */
    public AdjustableClock(Clock base) {
        this.base = base;
    }

    /** Puts the clock forward. */
    public synchronized void advance(Duration by) {
        ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
        return base.instant().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
        return base.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("nobody needs it");
    }
}
