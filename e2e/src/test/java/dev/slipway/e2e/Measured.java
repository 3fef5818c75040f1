package dev.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long it took until the build said why, fault by fault; written to {@code e2e/target/faults.md} as it grows. */
final class Measured {
    private static final List<String> ROWS = new ArrayList<>();

    private Measured() {}

    /**
     * Notes one fault.
     *
     * @param known when the cluster knew it
     * @param said when Maven's console said it
     */
    static synchronized void note(Path target, String fault, String code, Instant known, Instant said, Run run) {
        ROWS.add(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s |",
                fault,
                code,
                seconds(Duration.between(known, said)),
                seconds(Duration.between(known, run.lastWord())),
                seconds(run.took())));
        write(target);
    }

    /** Notes a fault that is found out without the cluster's workloads. */
    static synchronized void note(Path target, String fault, String code, Run run) {
        ROWS.add(String.format(Locale.ROOT, "| %s | %s | | | %s |", fault, code, seconds(run.took())));
        write(target);
    }

    private static void write(Path target) {
        try {
            Files.createDirectories(target);
            Files.writeString(
                    target.resolve("faults.md"),
                    "| Fault | Code | from the cluster knowing it to the cause on the screen | to the end of the build |"
                            + " the whole build |\n|---|---|---|---|---|\n" + String.join("\n", ROWS) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
