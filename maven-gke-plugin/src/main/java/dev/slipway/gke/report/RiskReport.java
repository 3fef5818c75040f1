package dev.slipway.gke.report;

import dev.slipway.gke.model.Risk;
import java.util.List;
import java.util.Locale;

/**
 * Something that should be known before it is done, in a report.
 *
 * @param kind such as {@code address-lost}
 * @param object kind and name
 * @param text what it means
 */
public record RiskReport(String kind, String object, String text) {
    static List<RiskReport> of(List<Risk> risks) {
        return risks.stream()
                .map(risk -> new RiskReport(
                        risk.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'), risk.object(), risk.text()))
                .toList();
    }
}
