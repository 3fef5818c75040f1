package dev.slipway.e2e;

import java.time.Duration;
import java.util.Locale;

/** Says on Maven's console what the tests are doing, each line with the time since they began, so that a long run is never silent. */
final class Narrator {
    private static final long BEGAN = System.nanoTime();

    private Narrator() {}

    /** Prints one line. */
    @SuppressWarnings("SystemOut") // The console is the point: failsafe passes it on as it comes.
    static synchronized void say(String line) {
        System.out.println("[e2e " + clock(elapsed()) + "] " + line);
    }

    /** {@return the time since the first line, the age of this JVM's tests} */
    static Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - BEGAN);
    }

    /** {@return minutes and seconds, such as {@code 04:09}} */
    static String clock(Duration duration) {
        return String.format(Locale.ROOT, "%02d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }
}
