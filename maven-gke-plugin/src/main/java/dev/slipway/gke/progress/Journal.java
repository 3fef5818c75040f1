package dev.slipway.gke.progress;

import dev.slipway.gke.model.Changes;
import dev.slipway.gke.secret.KnownSecrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Progress} that shows each line where people read it and keeps the record for the report. Nothing that it shows holds a
 * secret that the run knows, or moves a terminal. Used by several threads.
 */
public final class Journal implements Progress {

    /** How a step ended. */
    public enum Outcome {
        DONE,
        FAILED
    }

    /**
     * One thing that a step said.
     *
     * @param at when
     * @param text what
     */
    public record Said(Instant at, String text) {}

    /**
     * One step of the run.
     *
     * @param name the step's word
     * @param began when
     * @param took how long it took; up to now if it has not ended
     * @param outcome how it ended
     * @param fact what it said at its end, or last
     * @param said all that it said, in order, the fact last
     */
    public record Entry(String name, Instant began, Duration took, Outcome outcome, String fact, List<Said> said) {
        public Entry {
            said = List.copyOf(said);
        }
    }

    private static final int WIDTH = 9;
    /** Half a second before ten seconds, because the clock is looked at each half second. */
    private static final Duration SILENCE = Duration.ofMillis(9_500);

    private static final String SPINNER = "|/-\\";
    private static final int SPIN_MILLIS = 125;
    /** Where Maven's own lines begin after {@code [INFO]}. */
    private static final String INDENT = "  ";

    private final Clock clock;
    private final Display display;
    private final KnownSecrets secrets;
    private final Map<Fact, String> facts = new EnumMap<>(Fact.class);
    private final List<OpenLine> lines = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private Changes changes = Changes.NONE;
    private Instant spoken;
    private boolean over;

    /** A journal on a plain display that knows no secret. */
    public Journal(Clock clock, Consumer<String> info, Consumer<String> warn) {
        this(clock, Display.plain(info, warn), new KnownSecrets());
    }

    public Journal(Clock clock, Display display, KnownSecrets secrets) {
        this.clock = clock;
        this.display = display;
        this.secrets = secrets;
        this.spoken = clock.instant();
    }

    @Override
    public synchronized Line begin(String step, String doing) {
        OpenLine line = new OpenLine(step, clock.instant(), clean(doing));
        lines.add(line);
        say(step, line.last());
        return line;
    }

    @Override
    public synchronized void found(Fact fact, String value) {
        facts.put(fact, clean(value));
    }

    @Override
    public synchronized void changes(Changes planned) {
        changes = planned;
    }

    @Override
    public void hide(Collection<String> texts) {
        texts.forEach(secrets::learnDocument);
    }

    @Override
    public synchronized void warn(String message) {
        String text = clean(message);
        if (warnings.contains(text)) {
            // A plan that is made anew warns anew.
            return;
        }
        warnings.add(text);
        spoken = clock.instant();
        display.warn(Printable.unheard(text));
    }

    /** {@return the fact, if a step has found it} */
    public synchronized Optional<String> fact(Fact fact) {
        return Optional.ofNullable(facts.get(fact));
    }

    /** {@return what the run changes, as far as a step has found out} */
    public synchronized Changes changes() {
        return changes;
    }

    /** {@return the warnings so far} */
    public synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** {@return the text without the secrets that this run knows} */
    public String hidden(String text) {
        return secrets.hide(text);
    }

    /** {@return the steps so far, in order; one that has not ended has failed when the next began, or is at it up to now} */
    public synchronized List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            OpenLine line = lines.get(i);
            Instant next = i + 1 < lines.size() ? lines.get(i + 1).began : clock.instant();
            entries.add(new Entry(
                    line.step,
                    line.began,
                    Duration.between(line.began, line.ended == null ? next : line.ended),
                    line.ended == null ? Outcome.FAILED : Outcome.DONE,
                    line.last(),
                    line.said));
        }
        return List.copyOf(entries);
    }

    /** {@return whether the display has a line that moves} */
    boolean moves() {
        return display.moves();
    }

    /** Time has gone on: moves the line that moves, or says that the step is still at it, if nothing was said for ten seconds. */
    public synchronized void tick() {
        if (over) {
            return;
        }
        Instant now = clock.instant();
        Optional<OpenLine> open = newestOpen();
        if (display.moves()) {
            display.moving(open.map(line -> moving(line, now)).orElse(""));
        } else if (Duration.between(spoken, now).compareTo(SILENCE) >= 0) {
            open.ifPresentOrElse(
                    line -> say(line.step, "still " + line.last() + ", " + seconds(line.began, now) + " s"),
                    () -> say("", "still at work"));
        }
    }

    /** Takes away the line that moves; time alone says nothing any more, not even if a tick was under way. */
    synchronized void rest() {
        over = true;
        display.moving("");
    }

    private Optional<OpenLine> newestOpen() {
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (lines.get(i).ended == null) {
                return Optional.of(lines.get(i));
            }
        }
        return Optional.empty();
    }

    private static String moving(OpenLine line, Instant now) {
        char frame = SPINNER.charAt((int) (now.toEpochMilli() / SPIN_MILLIS % SPINNER.length()));
        return INDENT + frame + INDENT.repeat(2) + padded(line.step) + seconds(line.began, now) + " s  "
                + Printable.unheard(line.last());
    }

    private static long seconds(Instant from, Instant to) {
        return Math.round(Duration.between(from, to).toMillis() / 1000.0);
    }

    private void say(String step, String text) {
        spoken = clock.instant();
        display.line(padded(step) + Printable.unheard(text));
    }

    private static String padded(String step) {
        return step + " ".repeat(Math.max(1, WIDTH + 1 - step.length()));
    }

    private String clean(String text) {
        return Printable.line(secrets.hide(text));
    }

    private final class OpenLine implements Line {
        private final String step;
        private final Instant began;
        private final List<Said> said = new ArrayList<>();
        private @Nullable Instant ended;

        OpenLine(String step, Instant began, String doing) {
            this.step = step;
            this.began = began;
            said.add(new Said(began, doing));
        }

        private String last() {
            return said.get(said.size() - 1).text();
        }

        @Override
        public void update(String state) {
            synchronized (Journal.this) {
                String text = clean(state);
                if (!text.equals(last())) {
                    said.add(new Said(clock.instant(), text));
                    say(step, text);
                }
            }
        }

        @Override
        public void done(String fact) {
            synchronized (Journal.this) {
                ended = clock.instant();
                said.add(new Said(ended, clean(fact)));
                say(step, last());
            }
        }
    }
}
