package dev.slipway.gke.kube;

import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.port.Pause;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/** Asks again what may be asked twice without harm, when the server is away for a moment, as late as it wishes. */
final class Attempts {
    /** Together long enough for an API server behind a load balancer to be replaced. */
    private static final List<Duration> PATIENT = List.of(
            Duration.ofMillis(200),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4));

    private static final List<Duration> HASTY = List.of(Duration.ofMillis(200), Duration.ofMillis(500));
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Set<Integer> PASSING = Set.of(429, 500, 502, 503, 504);

    private final List<Duration> waits;
    private final Pause pause;
    private final Clock clock;

    private Attempts(List<Duration> waits, Pause pause, Clock clock) {
        this.waits = waits;
        this.pause = pause;
        this.clock = clock;
    }

    /** One attempt. */
    @FunctionalInterface
    interface Attempt {
        Reply go() throws IOException;
    }

    /** {@return attempts for those who need an answer} */
    static Attempts patient(Pause pause, Clock clock) {
        return new Attempts(PATIENT, pause, clock);
    }

    /** {@return the same for those who look again by themselves} */
    Attempts hasty() {
        return new Attempts(HASTY, pause, clock);
    }

    /**
     * {@return the first answer that is not only for the moment, or else the last}
     *
     * @param lasting which answers would stay the same although their status may pass
     * @throws IOException if nothing comes, or nothing ever will
     */
    Reply at(Attempt attempt, Predicate<Reply> lasting) throws IOException {
        for (Duration wait : waits) {
            Duration asked = Duration.ZERO;
            try {
                Reply reply = attempt.go();
                if (!PASSING.contains(reply.status()) || lasting.test(reply)) {
                    return reply;
                }
                asked = Duration.ofSeconds(reply.retryAfter());
            } catch (IOException e) {
                if (!passing(e)) {
                    throw e;
                }
            }
            pause(longer(wait, asked));
        }
        return attempt.go();
    }

    /** {@return the second answer if the first one is {@code refused}, which is to make another one possible} */
    Reply again(Attempt attempt, Predicate<Reply> refused) throws IOException {
        Reply reply = attempt.go();
        if (!refused.test(reply)) {
            return reply;
        }
        pause(waits.get(0));
        return attempt.go();
    }

    /** {@return whether it may be different in a moment} */
    static boolean passing(IOException e) {
        return !(e instanceof SSLException || e instanceof UnknownHostException)
                && !Thread.currentThread().isInterrupted();
    }

    private void pause(Duration wait) {
        Duration time = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        pause.upTo(time, Deadline.in(time, clock));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
