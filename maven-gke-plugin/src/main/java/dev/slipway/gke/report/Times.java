package dev.slipway.gke.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times for people. */
final class Times {
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Times() {}

    /** {@return such as {@code 0.4 s}, {@code 12.3 s} or {@code 2 min 5 s}} */
    static String took(Duration time) {
        if (time.compareTo(Duration.ofMinutes(1)) < 0) {
            return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
        }
        return time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }

    /** {@return such as {@code 2026-11-23 12:00:00 UTC}} */
    static String moment(Instant instant) {
        return MOMENT.format(instant) + " UTC";
    }
}
