package dev.slipway.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A Maven build that has ended.
 *
 * @param command as a user would type it
 * @param exitCode Maven's
 * @param said what Maven printed, each line with the moment it came
 * @param log the file that holds the same
 * @param took wall clock
 */
record Run(String command, int exitCode, List<Line> said, Path log, Duration took) {
    /** A line that Maven printed, without colours. */
    record Line(Instant at, String text) {}

    Run {
        said = List.copyOf(said);
    }

    /** {@return the lines that Maven printed, without colours} */
    List<String> lines() {
        return said.stream().map(Line::text).toList();
    }

    /** {@return when Maven first printed a line in which the pattern is found} */
    Instant saidAt(Pattern pattern) {
        return said.stream()
                .filter(line -> pattern.matcher(line.text()).find())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line with " + pattern + " in " + log + "\n" + errors()))
                .at();
    }

    /** {@return when Maven printed its last line} */
    Instant lastWord() {
        return said.get(said.size() - 1).at();
    }

    /** {@return everything that Maven printed} */
    String text() {
        return String.join("\n", lines());
    }

    /** {@return the lines that Maven printed as errors, together} */
    String errors() {
        return String.join(
                "\n",
                lines().stream().filter(line -> line.startsWith("[ERROR]")).toList());
    }

    /** {@return the URL of the service, which a deploy ends with} */
    String url() {
        return lastAfter("URL: ");
    }

    /** {@return the curl line to paste, which a deploy ends with} */
    String curl() {
        return lastAfter("Try: ");
    }

    private String lastAfter(String label) {
        return lines().stream()
                .filter(line -> line.contains(label))
                .map(line ->
                        line.substring(line.indexOf(label) + label.length()).strip())
                .reduce((first, last) -> last)
                .orElseThrow(() -> new AssertionError("no line with '" + label + "' in " + log));
    }
}
