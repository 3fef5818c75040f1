package dev.slipway.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A Maven build that has ended.
 *
 * @param command as a user would type it
 * @param exitCode Maven's
 * @param lines what Maven printed, without colours
 * @param log the file that holds the same
 * @param took wall clock
 */
record Run(String command, int exitCode, List<String> lines, Path log, Duration took) {
    Run {
        lines = List.copyOf(lines);
    }

    /** {@return everything that Maven printed} */
    String text() {
        return String.join("\n", lines);
    }

    /** {@return the lines that Maven printed as errors, together} */
    String errors() {
        return String.join(
                "\n", lines.stream().filter(line -> line.startsWith("[ERROR]")).toList());
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
        return lines.stream()
                .filter(line -> line.contains(label))
                .map(line ->
                        line.substring(line.indexOf(label) + label.length()).strip())
                .reduce((first, last) -> last)
                .orElseThrow(() -> new AssertionError("no line with '" + label + "' in " + log));
    }
}
