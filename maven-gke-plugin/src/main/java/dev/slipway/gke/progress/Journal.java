package dev.slipway.gke.progress;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A {@link Progress} that writes each line to where people read it and keeps the record for the report. */
public final class Journal implements Progress {

    /** How a step ended. */
    public enum Outcome {
        DONE,
        FAILED
    }

    /**
     * One step of the run.
     *
     * @param name the step's word
     * @param took how long it took
     * @param outcome how it ended
     * @param fact what it said at its end, or last
     */
    public record Entry(String name, Duration took, Outcome outcome, String fact) {}

    private static final int WIDTH = 9;

    private final Clock clock;
    private final Consumer<String> info;
    private final Consumer<String> warn;
    private final Map<Fact, String> facts = new EnumMap<>(Fact.class);
    private final List<OpenLine> lines = new ArrayList<>();

    public Journal(Clock clock, Consumer<String> info, Consumer<String> warn) {
        this.clock = clock;
        this.info = info;
        this.warn = warn;
    }

    @Override
    public synchronized Line begin(String step, String doing) {
        OpenLine line = new OpenLine(step, clock.instant(), doing);
        lines.add(line);
        say(step, doing);
        return line;
    }

    @Override
    public synchronized void found(Fact fact, String value) {
        facts.put(fact, value);
    }

    /** {@return the fact, if a step has found it} */
    public synchronized Optional<String> fact(Fact fact) {
        return Optional.ofNullable(facts.get(fact));
    }

    @Override
    public void warn(String message) {
        warn.accept(message);
    }

    /** {@return the steps so far, in order; one that has not ended counts as failed, up to now} */
    public synchronized List<Entry> entries() {
        return lines.stream()
                .map(line -> new Entry(
                        line.step,
                        Duration.between(line.started, line.ended == null ? clock.instant() : line.ended),
                        line.ended == null ? Outcome.FAILED : Outcome.DONE,
                        line.last))
                .toList();
    }

    private void say(String step, String text) {
        info.accept(step + " ".repeat(Math.max(1, WIDTH + 1 - step.length())) + text);
    }

    private final class OpenLine implements Line {
        private final String step;
        private final Instant started;
        private @Nullable Instant ended;
        private String last;

        OpenLine(String step, Instant started, String doing) {
            this.step = step;
            this.started = started;
            this.last = doing;
        }

        @Override
        public void update(String state) {
            synchronized (Journal.this) {
                if (!state.equals(last)) {
                    last = state;
                    say(step, state);
                }
            }
        }

        @Override
        public void done(String fact) {
            synchronized (Journal.this) {
                last = fact;
                ended = clock.instant();
                say(step, fact);
            }
        }
    }
}
