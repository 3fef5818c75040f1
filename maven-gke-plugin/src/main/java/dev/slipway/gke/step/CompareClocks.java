package dev.slipway.gke.step;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Holds this machine's clock against others: who signs or checks what is good for a time, needs the right one. */
final class CompareClocks {
    /** Google refuses proofs that are five minutes off; a minute is worth a word. */
    private static final Duration SKEW_BAD = Duration.ofMinutes(5);

    private static final Duration SKEW_ODD = Duration.ofMinutes(1);

    private final Clock ours;
    private final Findings findings;

    CompareClocks(Clock ours, Findings findings) {
        this.ours = ours;
        this.findings = findings;
    }

    /** Says how far off ours is; nothing if theirs is not known. */
    void with(String whose, Optional<Instant> theirs) {
        if (theirs.isEmpty()) {
            return;
        }
        Duration off = Duration.between(theirs.get(), ours.instant());
        Duration much = off.abs();
        String what = "This machine's clock is " + words(much) + (off.isNegative() ? " behind " : " ahead of ") + whose
                + "'s";
        String tryThis = "Set it right: timedatectl set-ntp true, or chronyc makestep";
        if (much.compareTo(SKEW_BAD) >= 0) {
            findings.problem("clock", what, tryThis);
        } else if (much.compareTo(SKEW_ODD) >= 0) {
            findings.warning("clock", what, tryThis);
        } else {
            findings.ok("clock", "agrees with " + whose + "'s");
        }
    }

    private static String words(Duration time) {
        return time.toMinutes() < 2 ? time.toSeconds() + " s" : time.toMinutes() + " minutes";
    }
}
