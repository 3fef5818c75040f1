package dev.slipway.serving.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.jr.ob.JSON;

/**
 * A value of a JSON file together with its place in it, so that every fault can be said with its place. Faults are collected, and what
 * is asked of a faulty value is a harmless stand-in.
 */
final class Json {
    private static final JSON READER = JSON.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();
    private static final JSON WRITER =
            JSON.builder().enable(JSON.Feature.PRETTY_PRINT_OUTPUT).build();

    private final @Nullable Object value;
    private final String place;
    private final List<String> faults;

    private Json(@Nullable Object value, String place, List<String> faults) {
        this.value = value;
        this.place = place;
        this.faults = faults;
    }

    static Json read(String file, byte[] bytes, List<String> faults) {
        try {
            return new Json(READER.mapFrom(bytes), file, faults);
        } catch (JacksonException e) {
            faults.add(file + ": is not a JSON object: " + e.getOriginalMessage());
            return new Json(null, file, new ArrayList<>());
        }
    }

    /** Ends in a newline and has the same bytes on every machine. */
    static String write(Map<String, Object> object) {
        return WRITER.asString(object).replace("\r\n", "\n") + "\n";
    }

    Json get(String name) {
        Object found = value instanceof Map<?, ?> map ? map.get(name) : null;
        return new Json(found, place + ": " + name, faults);
    }

    boolean isThere() {
        return value != null;
    }

    List<Json> list() {
        List<Json> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                items.add(new Json(list.get(i), place + "[" + i + "]", faults));
            }
        } else {
            fault("must be a list");
        }
        return items;
    }

    String text() {
        if (value instanceof String text && !text.isBlank()) {
            return text;
        }
        fault("must be a text that is not empty");
        return "?";
    }

    String textOr(String unless) {
        return value == null ? unless : text();
    }

    double number() {
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        fault("must be a finite number");
        return 0;
    }

    float single() {
        float single = (float) number();
        if (Float.isInfinite(single)) {
            fault("must fit into a 32-bit float");
        }
        return single;
    }

    long whole() {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        fault("must be a whole number");
        return 0;
    }

    void fault(String rule) {
        faults.add(place + ": " + rule + (value == null ? ", is not there" : ", found " + shown()));
    }

    private String shown() {
        String text = String.valueOf(value);
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
