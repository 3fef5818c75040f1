package dev.slipway.gke.report;

import static dev.slipway.gke.report.Html.element;
import static dev.slipway.gke.report.Html.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What changes, and what should be known of it, as tables of a page. */
final class ChangeTables {
    private ChangeTables() {}

    /** {@return a heading and a table per object} */
    static List<Html> of(List<ChangeReport> changes) {
        List<Html> parts = new ArrayList<>();
        for (ChangeReport change : changes) {
            String style =
                    switch (change.type()) {
                        case "add" -> "pill good";
                        case "remove" -> "pill bad";
                        default -> "pill still";
                    };
            String by = change.by();
            parts.add(element(
                    "h3",
                    element("span", Headline.verb(change.type())).styled(style),
                    text(" "),
                    element("span", change.object()).styled("code"),
                    text(by == null ? "" : " by " + by)));
            parts.addAll(fields("Fields of " + change.object(), change.fields()));
        }
        return parts;
    }

    /** {@return a table of the chart's values that differ, if there are any} */
    static List<Html> values(List<ChangeReport.Field> values) {
        return fields("Values of the chart", values);
    }

    private static List<Html> fields(String caption, List<ChangeReport.Field> fields) {
        if (fields.isEmpty()) {
            return List.of();
        }
        return List.of(Page.table(
                caption,
                List.of("Field", "Before", "After"),
                fields.stream()
                        .map(field -> Page.row(
                                path(field.path()),
                                value(field.before(), "before", "Before"),
                                value(field.after(), "after", "After")))
                        .toList()));
    }

    /** {@return the path, which may be broken before a dot or a bracket} */
    private static Html path(String path) {
        List<Html> parts = new ArrayList<>();
        for (String part : path.split("(?=[.\\[/])", -1)) {
            parts.add(element("wbr"));
            parts.add(text(part));
        }
        return element("span", parts).styled("code");
    }

    /** {@return a list of the risks, if there are any} */
    static List<Html> risks(List<RiskReport> risks) {
        return risks.isEmpty()
                ? List.of()
                : List.of(element(
                        "ul",
                        risks.stream()
                                .map(risk -> element("li", element("strong", risk.object()), text(": " + risk.text())))
                                .toList()));
    }

    private static Html value(@Nullable String value, String style, String label) {
        return element(
                        "td",
                        value == null
                                ? element("span", "(none)").styled("soft")
                                : element("code", value).styled(style))
                .with("data-label", label);
    }
}
