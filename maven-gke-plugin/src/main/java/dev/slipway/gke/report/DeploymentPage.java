package dev.slipway.gke.report;

import static dev.slipway.gke.report.Html.element;
import static dev.slipway.gke.report.Html.text;

import dev.slipway.gke.report.DeploymentReport.StateReport;
import dev.slipway.gke.report.DeploymentReport.StepReport;
import dev.slipway.gke.report.EvidenceReport.Container;
import dev.slipway.gke.report.EvidenceReport.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code target/gke/deployment.html}: the report for a person, in one file that can be sent to a colleague. It has the same facts as
 * {@code deployment.json}, the most telling ones first.
 */
public final class DeploymentPage {
    private static final String CHECK = "M7.5 12.5l3 3 6-6.5";
    private static final String CROSS = "M8.5 8.5l7 7M15.5 8.5l-7 7";
    private static final String EQUAL = "M8 10h8M8 14h8";
    private static final String BACK = "M15.5 16v-4.5a2.5 2.5 0 0 0-2.5-2.5H8.5M10.5 6.5L8 9l2.5 2.5";
    private static final String STOP = "M9 9h6v6H9z";
    /** The width that a timeline is drawn in. */
    private static final double WIDTH = 100;

    private DeploymentPage() {}

    /** {@return the file} */
    public static String of(DeploymentReport report) {
        List<Html> body = new ArrayList<>();
        Html facts = Page.section("Facts", List.of(facts(report)));
        boolean well = report.failure() == null;
        body.add(banner(report));
        body.add(well ? facts : Page.section("What to try", advice(report)));
        body.add(Page.section("Warnings", list(report.warnings())));
        body.add(Page.section("Pods", pods(report.evidence().pods())));
        body.add(Page.section("Events", events(report.evidence().events())));
        body.add(Page.section("Risks", ChangeTables.risks(report.risks())));
        body.add(Page.section(well ? "What changed" : "What was to change", ChangeTables.of(report.changes())));
        body.add(Page.section("Values", ChangeTables.values(report.values())));
        body.add(Page.section("What somebody else had changed", ChangeTables.of(report.drift())));
        body.add(Page.section("Timeline", timeline(report)));
        body.add(well ? Html.nothing() : facts);
        body.add(element(
                "footer",
                element("p", "Written by gke-maven-plugin beside deployment.json, which has the same facts.")));
        return Page.of(Headline.of(report), body);
    }

    private static List<Html> list(List<String> texts) {
        return texts.isEmpty()
                ? List.of()
                : List.of(element(
                        "ul", texts.stream().map(item -> element("li", item)).toList()));
    }

    private static Html banner(DeploymentReport report) {
        List<Html> below = new ArrayList<>();
        DeploymentReport.Failure failure = report.failure();
        if (failure != null) {
            below.add(element("p", element("strong", failure.code()), text(": " + failure.what()))
                    .styled("what"));
        }
        if (report.aftermath() != null) {
            below.add(element("p", report.aftermath()).styled("what"));
        }
        return switch (report.outcome()) {
            case "deployed", "restored", "undeployed" -> Page.banner("good", CHECK, Headline.of(report), below);
            case "unchanged" -> Page.banner("still", EQUAL, Headline.of(report), below);
            case "rolled-back" -> Page.banner("warn", BACK, Headline.of(report), below);
            case "interrupted" -> Page.banner("warn", STOP, Headline.of(report), below);
            default -> Page.banner("bad", CROSS, Headline.of(report), below);
        };
    }

    private static List<Html> advice(DeploymentReport report) {
        DeploymentReport.Failure failure = report.failure();
        return failure == null
                ? List.of()
                : List.of(element(
                        "dl",
                        Page.fact("Try", failure.tryThis()),
                        Page.fact("Where", failure.where()),
                        Page.fact("More", "docs/failures.md#" + failure.code().toLowerCase(Locale.ROOT))));
    }

    private static Html facts(DeploymentReport report) {
        Instant began = Instant.parse(report.startedAt());
        Duration took = Duration.between(began, Instant.parse(report.finishedAt()));
        return element(
                "dl",
                Page.fact("Cluster", report.target()),
                Page.fact("Namespace", report.namespace()),
                Page.fact("Release", report.release()),
                Page.fact("Revision", report.revision()),
                Page.fact("Serves again", report.restored() == null ? null : "revision " + report.restored()),
                Page.fact("Chart", report.chart()),
                Page.fact("Image", report.image()),
                Page.fact("Commit", report.commit()),
                address(report.address()),
                Page.fact("Deployed by", report.owner()),
                Page.fact("Lock", report.lock()),
                Page.fact("Helm", report.helm()),
                Page.fact("Started", Times.moment(began)),
                Page.fact("Took", Times.took(took)));
    }

    private static Html address(@Nullable String address) {
        if (address == null) {
            return Html.nothing();
        }
        boolean web = address.startsWith("http://") || address.startsWith("https://");
        return Html.all(List.of(
                element("dt", "Address"),
                element("dd", web ? element("a", address).with("href", address) : text(address))));
    }

    private static List<Html> pods(List<Pod> pods) {
        List<Html> parts = new ArrayList<>();
        for (Pod pod : pods) {
            String reason = pod.reason();
            List<Html> content = new ArrayList<>();
            content.add(element(
                    "h3",
                    element("span", pod.name()).styled("code"),
                    text(" "),
                    element("span", reason == null ? pod.phase() : reason)
                            .styled(reason == null ? "pill still" : "pill bad")));
            content.add(
                    element("p", pod.phase() + ", " + restarts(pod.restarts())).styled("soft"));
            content.add(Page.table(
                    "Containers of " + pod.name(),
                    List.of("Container", "State", "Exit code", "Image"),
                    pod.containers().stream()
                            .map(container -> Page.row(
                                    element("span", container.name()).styled("code"),
                                    cell("State", container.state()),
                                    cell("Exit code", exit(container)),
                                    element("td", element("code", container.image()))
                                            .with("data-label", "Image")))
                            .toList()));
            for (Container container : pod.containers()) {
                String name = container.name();
                content.addAll(log(pod, "Log of " + name, container.log()));
                content.addAll(log(pod, "Log of " + name + " before it was restarted", container.previousLog()));
            }
            parts.add(element("div", content).styled("pod"));
        }
        return parts;
    }

    private static String restarts(int restarts) {
        return restarts == 0 ? "not restarted" : restarts == 1 ? "restarted once" : "restarted " + restarts + " times";
    }

    private static String exit(Container container) {
        Integer code = container.exitCode();
        return code == null ? "none" : code.toString();
    }

    private static List<Html> log(Pod pod, String title, List<String> log) {
        if (log.isEmpty()) {
            return List.of();
        }
        String lines = log.size() == 1 ? "the last line" : "the last " + log.size() + " lines";
        return List.of(element(
                        "details",
                        element("summary", title + ", " + lines),
                        // A reader without a mouse has to be able to scroll it.
                        element("pre", String.join("\n", log))
                                .with("tabindex", "0")
                                .with("role", "region")
                                .with("aria-label", title + ", pod " + pod.name()))
                .with("open", "open"));
    }

    private static List<Html> events(List<EvidenceReport.Event> events) {
        if (events.isEmpty()) {
            return List.of();
        }
        return List.of(Page.table(
                "What the cluster said, the newest last",
                List.of("Object", "Reason", "Message", "Seen"),
                events.stream()
                        .map(event -> Page.row(
                                element("span", event.object()).styled("code"),
                                element(
                                                "td",
                                                element("span", event.reason())
                                                        .styled(
                                                                event.type().equals("Warning")
                                                                        ? "pill warn"
                                                                        : "pill still"))
                                        .with("data-label", "Reason"),
                                cell("Message", event.message()),
                                cell(
                                        "Seen",
                                        Times.moment(Instant.parse(event.at()))
                                                + (event.count() > 1 ? ", " + event.count() + " times" : ""))))
                        .toList()));
    }

    private static List<Html> timeline(DeploymentReport report) {
        Instant began = Instant.parse(report.startedAt());
        double whole = Math.max(
                1, Duration.between(began, Instant.parse(report.finishedAt())).toMillis());
        if (report.steps().isEmpty()) {
            return List.of();
        }
        return List.of(Page.table(
                "Each step, when it began, how long it took, and what it said",
                List.of("Step", "Began", "Took", "", "Said"),
                report.steps().stream().map(step -> step(step, began, whole)).toList()));
    }

    private static Html step(StepReport step, Instant began, double whole) {
        Instant start = Instant.parse(step.startedAt());
        double from = Duration.between(began, start).toMillis() / whole * WIDTH;
        double width = Math.max(0.5, step.milliseconds() / whole * WIDTH);
        return Page.row(
                element("span", step.name()).styled("whole"),
                element("td", "+" + Times.took(Duration.between(began, start))).styled("number"),
                element("td", Times.took(Duration.ofMillis(step.milliseconds())))
                        .styled("number"),
                element(
                                "td",
                                element(
                                                "svg",
                                                element("rect")
                                                        .styled(step.outcome())
                                                        .with("x", decimal(Math.min(from, WIDTH - width)))
                                                        .with("width", decimal(width))
                                                        .with("height", "10"))
                                        .with("viewBox", "0 0 100 10")
                                        .with("preserveAspectRatio", "none")
                                        .with("aria-hidden", "true"))
                        .styled("bar"),
                element("td", said(step, began)));
    }

    private static List<Html> said(StepReport step, Instant began) {
        List<StateReport> states = step.states();
        List<Html> parts = new ArrayList<>();
        String last = states.isEmpty() ? "" : states.get(states.size() - 1).text();
        parts.add(element("span", (step.outcome().equals("failed") ? "Not done: " : "") + last));
        if (states.size() > 2) {
            parts.add(element(
                    "details",
                    element("summary", states.size() + " states"),
                    element(
                                    "ol",
                                    states.stream()
                                            .map(state -> element(
                                                    "li",
                                                    "+"
                                                            + Times.took(
                                                                    Duration.between(began, Instant.parse(state.at())))
                                                            + "  " + state.text()))
                                            .toList())
                            .styled("states")));
        }
        return parts;
    }

    private static Html cell(String label, String value) {
        return element("td", value).with("data-label", label);
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
