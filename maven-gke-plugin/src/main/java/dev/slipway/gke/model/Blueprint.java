package dev.slipway.gke.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that a revision was made from and of, as Helm stored it: enough to make the same revision once more. It holds the values, so
 * it prints as nothing.
 *
 * @param chart the content of {@code Chart.yaml}
 * @param defaults the chart's own values
 * @param values the values that the revision was made with, typed as they were given
 * @param manifest the text of its objects, each under the comment that names its template
 * @param hooks its hooks
 * @param notes the chart's notes for a person, perhaps empty
 */
public record Blueprint(
        Map<String, Object> chart,
        Map<String, Object> defaults,
        Map<String, Object> values,
        String manifest,
        List<Hook> hooks,
        String notes) {
    /** Of a revision of which nothing is known. */
    public static final Blueprint NONE = new Blueprint(Map.of(), Map.of(), Map.of(), "", List.of(), "");

    /**
     * A hook.
     *
     * @param object kind and name
     * @param path the template that it was made by, such as {@code ml-service/templates/tests/answers.yaml}
     * @param text its object, as text
     * @param events when Helm runs it, such as {@code pre-upgrade}
     * @param phase how it ended when it was run last, such as {@code Succeeded}; empty if it was not
     */
    public record Hook(String object, String path, String text, List<String> events, String phase) {
        public Hook {
            events = List.copyOf(events);
        }

        @Override
        public String toString() {
            return object;
        }
    }

    public Blueprint {
        chart = Collections.unmodifiableMap(new LinkedHashMap<>(chart));
        defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        hooks = List.copyOf(hooks);
    }

    @Override
    public String toString() {
        return "Blueprint";
    }
}
