package dev.slipway.gke.report;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.Changes;
import dev.slipway.gke.model.ObjectChange;
import dev.slipway.gke.progress.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A failure as Maven prints it. The first line is the code and what is so, however long, because tools show that line alone; what
 * follows is folded so that it can be read on a terminal of a hundred columns.
 */
public final class FailureText {
    /** A hundred columns without Maven's {@code [ERROR] }. */
    private static final int WIDTH = 92;

    private static final int LABEL = 12;
    private static final int EVIDENCE_LINES = 16;
    /** A log line may be longer than the whole message should be; its end is in the report. */
    private static final int LONGEST = 3 * (WIDTH - LABEL);

    private static final int FIELDS = 8;
    private static final int VALUE = 60;
    private static final Pattern DIGEST = Pattern.compile("(sha256:[0-9a-f]{12})[0-9a-f]{52}");

    private FailureText() {}

    /**
     * {@return the message}
     *
     * @param hide takes out the secrets that the run knows
     * @param report the file with all of it, if it was written
     */
    public static String of(DeployFailure failure, UnaryOperator<String> hide, Optional<Path> report) {
        String code = failure.code().code();
        List<String> lines = new ArrayList<>();
        lines.add(code + ": " + failure.what());
        lines.add("");
        part(lines, "where", List.of(failure.where()));
        part(lines, "evidence", limited(failure.evidence().brief(), hide));
        part(lines, "changes", changes(failure.changes(), hide));
        part(lines, "now", failure.aftermath().stream().toList());
        part(lines, "try", List.of(failure.tryThis()));
        part(lines, "more", List.of("docs/failures.md#" + code.toLowerCase(Locale.ROOT)));
        part(lines, "report", report.map(Path::toString).stream().toList());
        return Printable.unheard(Printable.text(hide.apply(String.join("\n", lines)))) + "\n";
    }

    /** {@return the fields that matter, those of what runs first; what there are more is counted} */
    static List<String> changes(Changes changes, UnaryOperator<String> hide) {
        List<String> lines = new ArrayList<>();
        int left = FIELDS;
        int untold = 0;
        for (ObjectChange object : changes.objects()) {
            String verb =
                    switch (object.type()) {
                        case ADD -> " (new)";
                        case REMOVE -> " (removed)";
                        case CHANGE -> "";
                    };
            if (left == 0) {
                untold += 1;
                continue;
            }
            lines.add(object.object() + verb);
            left -= 1;
            if (object.type() != ObjectChange.Type.CHANGE) {
                continue;
            }
            for (var field : object.fields()) {
                if (left == 0) {
                    untold += 1;
                } else {
                    left -= 1;
                    lines.add("  " + field.path() + ": "
                            + field.before().map(hide).map(FailureText::brief).orElse("(none)") + " -> "
                            + field.after().map(hide).map(FailureText::brief).orElse("(none)"));
                }
            }
        }
        if (untold > 0) {
            lines.add("and " + untold + " more");
        }
        return lines;
    }

    /** {@return the value without most of its digest, and with its middle left out if it is still long} */
    static String brief(String value) {
        String line = DIGEST.matcher(Printable.line(value)).replaceAll("$1…");
        return line.length() <= VALUE
                ? line
                : line.substring(0, VALUE / 2) + "…" + line.substring(line.length() - VALUE / 2);
    }

    /** What is cut off in the middle of a secret is a secret that nobody knows any more: hidden first. */
    private static List<String> limited(List<String> lines, UnaryOperator<String> hide) {
        return lines.stream()
                .limit(EVIDENCE_LINES)
                .map(hide)
                .map(line -> line.replace("\t", "    "))
                .map(line -> line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…")
                .toList();
    }

    private static void part(List<String> lines, String label, List<String> texts) {
        String prefix = "  " + label + ":" + " ".repeat(LABEL - label.length() - 3);
        for (String text : texts) {
            for (String line : text.split("\n", -1)) {
                // What is folded stands a little to the right of where its line began.
                String hang = " ".repeat(LABEL + leading(line) + 2);
                for (String folded : fold(line, WIDTH - LABEL, WIDTH - hang.length())) {
                    lines.add(prefix + folded);
                    prefix = hang;
                }
                prefix = " ".repeat(LABEL);
            }
        }
    }

    private static int leading(String line) {
        return line.length() - line.stripLeading().length();
    }

    /** {@return the line in pieces, broken at spaces where there are any} */
    private static List<String> fold(String line, int first, int next) {
        List<String> pieces = new ArrayList<>();
        String rest = line.stripTrailing();
        int width = first;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space > width / 2 ? space : width;
            pieces.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
            width = Math.max(next, 20);
        }
        pieces.add(rest);
        return pieces;
    }
}
