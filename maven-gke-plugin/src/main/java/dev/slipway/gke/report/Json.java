package dev.slipway.gke.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.gke.progress.Printable;
import java.util.function.UnaryOperator;

/** Records as JSON. */
final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** {@return the record as indented JSON with a line break at its end} */
    static String text(Object tree) {
        try {
            return MAPPER.writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the record with every text in it hidden by that function, and made fit to be shown} */
    static <T> T masked(T tree, Class<T> type, UnaryOperator<String> hide) {
        try {
            return MAPPER.treeToValue(
                    masked(MAPPER.<JsonNode>valueToTree(tree), text -> Printable.text(hide.apply(text))), type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode masked(JsonNode node, UnaryOperator<String> hide) {
        if (node instanceof ObjectNode object) {
            ObjectNode masked = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(field -> masked.set(field.getKey(), masked(field.getValue(), hide)));
            return masked;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode masked = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> masked.add(masked(item, hide)));
            return masked;
        }
        return node instanceof TextNode text ? TextNode.valueOf(hide.apply(text.textValue())) : node;
    }
}
