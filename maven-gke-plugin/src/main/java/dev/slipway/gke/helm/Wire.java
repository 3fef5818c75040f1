package dev.slipway.gke.helm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the worker and its owner say to each other: one JSON object a line, its fields lists of strings. Streaming Jackson alone,
 * so that the worker starts without the rest of it.
 */
final class Wire {
    /** What an answer's line begins with, so that nothing else that is printed is taken for one. */
    static final String MARK = "@helm-worker ";

    private static final JsonFactory JSON = new JsonFactory();

    private Wire() {}

    /** {@return the message as one line} */
    static String line(Map<String, List<String>> message) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, List<String>> field : message.entrySet()) {
                json.writeArrayFieldStart(field.getKey());
                for (String item : field.getValue()) {
                    json.writeString(item);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("A message could not be written to memory", e);
        }
        return text.toString();
    }

    /** {@return the message of a line} */
    static Map<String, List<String>> message(String line) throws IOException {
        Map<String, List<String>> message = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(line)) {
            expect(json.nextToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                expect(json.nextToken(), JsonToken.START_ARRAY);
                message.put(name, strings(json));
            }
        }
        return message;
    }

    /** {@return the strings of a line that is an array of strings} */
    static List<String> array(String line) throws IOException {
        try (JsonParser json = JSON.createParser(line)) {
            expect(json.nextToken(), JsonToken.START_ARRAY);
            return strings(json);
        }
    }

    private static List<String> strings(JsonParser json) throws IOException {
        List<String> items = new ArrayList<>();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            expect(token, JsonToken.VALUE_STRING);
            items.add(json.getText());
        }
        return items;
    }

    private static void expect(JsonToken token, JsonToken wanted) throws IOException {
        if (token != wanted) {
            throw new IOException("expected " + wanted + " and found " + token);
        }
    }
}
