package dev.slipway.gke.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them: {@code 90s}, {@code 5m}, {@code 1h30m}. */
public final class Durations {
    private static final Pattern SHAPE = Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

    private Durations() {}

    /**
     * Reads a time.
     *
     * @throws IllegalArgumentException if it is none, or zero
     */
    public static Duration parse(String text) {
        Matcher matcher = SHAPE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no time, such as 90s, 5m or 1h30m");
        }
        Duration duration =
                Duration.ofHours(part(matcher, 1)).plusMinutes(part(matcher, 2)).plusSeconds(part(matcher, 3));
        if (duration.isZero()) {
            throw new IllegalArgumentException("'" + text + "' is no time at all; write one such as 90s, 5m or 1h30m");
        }
        return duration;
    }

    /**
     * Reads a time that may be none: {@code 0s}.
     *
     * @throws IllegalArgumentException if it is no time
     */
    public static Duration parseOrZero(String text) {
        return text.strip().matches("0[hms]") ? Duration.ZERO : parse(text);
    }

    private static long part(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
