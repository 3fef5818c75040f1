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
            parts.add(element(
                    "h3",
                    element("span", Headline.verb(change.type())).styled(style),
                    text(" "),
                    element("span", change.object()).styled("code")));
            if (!change.fields().isEmpty()) {
                parts.add(Page.table(
                        "Fields of " + change.object(),
                        List.of("Field", "Before", "After"),
                        change.fields().stream()
                                .map(field -> Page.row(
                                        element("span", field.path()).styled("code"),
                                        value(field.before(), "before", "Before"),
                                        value(field.after(), "after", "After")))
                                .toList()));
            }
        }
        return parts;
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
