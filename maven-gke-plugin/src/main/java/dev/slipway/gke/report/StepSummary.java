package dev.slipway.gke.report;

import dev.slipway.gke.report.EvidenceReport.Container;
import dev.slipway.gke.report.EvidenceReport.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A deployment in the summary that GitHub shows of a step: Markdown, the outcome first, the evidence in short. */
public final class StepSummary {
    /** GitHub drops a step's summary that is larger; several deployments may share one step. */
    private static final int LARGEST = 1 << 20;

    private static final int LOG_LINES = 20;
    private static final int FIELDS = 40;
    private static final int EVENTS = 10;
    private static final int LONGEST = 2_000;

    /** What Markdown and GitHub's own additions to it read as more than a character. */
    private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_{}\\[\\]()#+!|~@$-]");

    private static final Pattern FENCE = Pattern.compile("`{3,}");

    private StepSummary() {}

    /**
     * {@return the Markdown, to be appended}
     *
     * @param there how many bytes the step's summary has already
     */
    public static String of(DeploymentReport report, long there) {
        String whole = head(report) + details(report);
        return fits(whole, there) ? whole : fits(head(report), there) ? head(report) : "";
    }

    private static boolean fits(String text, long there) {
        return there + text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length < LARGEST;
    }

    private static String head(DeploymentReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("### " + Headline.icon(report.outcome()) + " " + text(Headline.of(report)));
        lines.add("");
        DeploymentReport.Failure failure = report.failure();
        if (failure != null) {
            lines.add("**" + text(failure.code()) + "**: " + text(failure.what()));
            lines.add("");
        }
        lines.add("| | |");
        lines.add("|---|---|");
        row(lines, "Cluster", report.target());
        row(lines, "Namespace", report.namespace());
        row(lines, "Revision", report.revision());
        row(lines, "Chart", report.chart());
        row(lines, "Image", report.image());
        row(lines, "Commit", report.commit());
        row(lines, "URL", report.address());
        row(
                lines,
                "Took",
                Times.took(Duration.between(Instant.parse(report.startedAt()), Instant.parse(report.finishedAt()))));
        if (failure != null) {
            row(lines, "Where", failure.where());
            row(lines, "Now", report.aftermath());
            row(lines, "Try", failure.tryThis());
        }
        lines.add("");
        return String.join("\n", lines) + "\n";
    }

    private static String details(DeploymentReport report) {
        List<String> lines = new ArrayList<>();
        report.risks().forEach(risk -> lines.add("- :warning: **" + text(risk.object()) + "**: " + text(risk.text())));
        if (!report.risks().isEmpty()) {
            lines.add("");
        }
        changes(lines, report.changes());
        report.evidence().pods().forEach(pod -> pod(lines, pod));
        events(lines, report);
        return String.join("\n", lines) + "\n";
    }

    private static void changes(List<String> lines, List<ChangeReport> changes) {
        if (changes.isEmpty()) {
            return;
        }
        lines.add("<details><summary>What changes</summary>");
        lines.add("");
        lines.add("| Object | Field | Before | After |");
        lines.add("|---|---|---|---|");
        int left = FIELDS;
        int untold = 0;
        for (ChangeReport change : changes) {
            if (change.fields().isEmpty() || !change.type().equals("change")) {
                lines.add("| " + text(change.object()) + " | *" + text(Headline.verb(change.type())) + "* | | |");
                continue;
            }
            for (ChangeReport.Field field : change.fields()) {
                if (left-- > 0) {
                    lines.add("| " + text(change.object()) + " | " + text(field.path()) + " | " + value(field.before())
                            + " | " + value(field.after()) + " |");
                } else {
                    untold++;
                }
            }
        }
        lines.add("");
        if (untold > 0) {
            lines.add("and " + untold + " more fields");
            lines.add("");
        }
        lines.add("</details>");
        lines.add("");
    }

    private static void pod(List<String> lines, Pod pod) {
        String reason = pod.reason();
        lines.add("#### Pod " + text(pod.name()));
        lines.add("");
        lines.add(text((reason == null ? pod.phase() : reason) + ", " + pod.restarts() + " restarts"));
        lines.add("");
        for (Container container : pod.containers()) {
            Integer exit = container.exitCode();
            lines.add("- **" + text(container.name()) + "**: " + text(container.state())
                    + (exit == null ? "" : ", exit code " + exit));
            lines.add("");
            log(lines, "Log", container.log());
            log(lines, "Log of the container before", container.previousLog());
        }
    }

    private static void log(List<String> lines, String title, List<String> log) {
        if (log.isEmpty()) {
            return;
        }
        // Longer than any fence in the log, so that the log cannot end it.
        int ticks = FENCE.matcher(String.join("\n", log))
                .results()
                .mapToInt(match -> match.group().length())
                .max()
                .orElse(2);
        String fence = "`".repeat(ticks + 1);
        lines.add("<details open><summary>" + title + "</summary>");
        lines.add("");
        lines.add(fence);
        log.stream()
                .skip(Math.max(0, log.size() - LOG_LINES))
                .map(StepSummary::limited)
                .forEach(lines::add);
        lines.add(fence);
        lines.add("");
        lines.add("</details>");
        lines.add("");
    }

    private static void events(List<String> lines, DeploymentReport report) {
        List<EvidenceReport.Event> events = report.evidence().events();
        if (events.isEmpty()) {
            return;
        }
        lines.add("| Event | Object | Message |");
        lines.add("|---|---|---|");
        events.stream()
                .skip(Math.max(0, events.size() - EVENTS))
                .forEach(event -> lines.add("| " + text(event.reason()) + " | " + text(event.object()) + " | "
                        + text(event.message()) + " |"));
        lines.add("");
    }

    private static void row(List<String> lines, String label, @Nullable Object value) {
        if (value != null) {
            lines.add("| " + label + " | " + text(value.toString()) + " |");
        }
    }

    private static String value(@Nullable String text) {
        return text == null ? "" : text(text);
    }

    /** {@return the text as Markdown that shows exactly it, on one line} */
    static String text(String text) {
        String safe = limited(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return SPECIAL.matcher(safe).replaceAll("\\\\$0").replaceAll("\\s*\n\\s*", "<br>");
    }

    private static String limited(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
