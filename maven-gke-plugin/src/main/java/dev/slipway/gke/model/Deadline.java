package dev.slipway.gke.model;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The moment at which everything together has to be done, so that waits inside waits cannot add up past it. */
public final class Deadline {
    private final Clock clock;
    private final Instant end;
    private final Duration budget;

    private Deadline(Clock clock, Duration budget, Instant end) {
        this.clock = clock;
        this.budget = budget;
        this.end = end;
    }

    private Deadline(Clock clock, Duration budget) {
        this.clock = clock;
        this.budget = budget;
        this.end = clock.instant().plus(budget);
    }

    /** {@return the deadline that is {@code budget} away from now} */
    public static Deadline in(Duration budget, Clock clock) {
        return new Deadline(clock, budget);
    }

    /** {@return the same, moved on by a time that does not count, such as waiting for somebody else} */
    public Deadline later(Duration time) {
        return new Deadline(clock, budget, end.plus(time));
    }

    /** {@return whether it is over} */
    public boolean passed() {
        return !clock.instant().isBefore(end);
    }

    /** {@return what is left, never negative} */
    public Duration left() {
        Duration left = Duration.between(clock.instant(), end);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** {@return what there was at the beginning} */
    public Duration budget() {
        return budget;
    }
}
