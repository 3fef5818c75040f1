package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A workload's selector in the form that a request takes it. */
final class LabelSelector {
    private LabelSelector() {}

    /** {@return the query; empty if the selector is, which must not be asked: it would match every pod} */
    static String of(JsonNode selector) {
        List<String> parts = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label ->
                        parts.add(label.getKey() + "=" + label.getValue().asText()));
        selector.path("matchExpressions").forEach(expression -> parts.add(expression(expression)));
        return String.join(",", parts);
    }

    private static String expression(JsonNode expression) {
        String key = expression.path("key").asText();
        String values = StreamSupport.stream(expression.path("values").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(",", "(", ")"));
        return switch (expression.path("operator").asText()) {
            case "In" -> key + " in " + values;
            case "NotIn" -> key + " notin " + values;
            case "DoesNotExist" -> "!" + key;
            default -> key;
        };
    }
}
