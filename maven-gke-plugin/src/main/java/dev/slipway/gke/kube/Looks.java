package dev.slipway.gke.kube;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What was seen on earlier looks at a cluster, so that trouble that passes by itself is told from trouble that stays. Thread
 * safe.
 */
final class Looks {
    private final Clock clock;
    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(Instant first, String words) {}

    Looks(Clock clock) {
        this.clock = clock;
    }

    /**
     * Notes that the trouble is there on this look.
     *
     * @param patience how long it may be there before it is believed
     * @return whether it has been there for so long, without a break, that it will not pass by itself
     */
    synchronized boolean settled(String trouble, String words, Duration patience) {
        Instant now = clock.instant();
        Seen before = seen.get(trouble);
        if (before == null) {
            seen.put(trouble, new Seen(now, words));
            return patience.isZero();
        }
        if (words.length() > before.words().length()) {
            seen.put(trouble, new Seen(before.first(), words));
        }
        return !Duration.between(before.first(), now).minus(patience).isNegative();
    }

    /** {@return the time} */
    Instant now() {
        return clock.instant();
    }

    /** {@return the most that was ever said of the trouble} */
    synchronized String words(String trouble, String words) {
        Seen before = seen.get(trouble);
        return before == null || words.length() >= before.words().length() ? words : before.words();
    }

    /** Forgets the troubles of a workload that were not there on the look that ends. */
    synchronized void end(String workload, Set<String> troubles) {
        Set<String> gone = new HashSet<>(seen.keySet());
        gone.removeIf(trouble -> !trouble.startsWith(workload + " ") || troubles.contains(trouble));
        gone.forEach(seen::remove);
    }
}
