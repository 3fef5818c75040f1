package dev.slipway.serving.http;

import dev.slipway.serving.model.ModelCard;
import dev.slipway.serving.model.Rows;
import dev.slipway.serving.predict.InvalidInputException;
import dev.slipway.serving.predict.RowsReader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads {@code {"features":[a,b]}} or {@code {"instances":[[a,b],...]}} from JSON, token by token, so that every refusal names the place
 * of the fault. Other names beside these two are passed over, as the service before this one did.
 */
final class RequestDecoder {
    private static final int DEEPEST = 32;
    private static final String BODY = "body";
    private static final String FEATURES = "features";
    private static final String INSTANCES = "instances";

    /** What Jackson adds for its own users: where a limit is set, and that the source is not shown. */
    private static final Pattern NOTES = Pattern.compile(",? \\(?(from `|start marker at ).*");

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // NaN is no JSON, but some clients send it; read it, to say where it stands.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final int maxRows;

    RequestDecoder(int maxRows) {
        this.maxRows = maxRows;
    }

    Rows decode(byte[] body, ModelCard card) throws InvalidInputException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            return decode(parser, card);
        } catch (StreamConstraintsException e) {
            throw new InvalidInputException(BODY, "goes beyond a limit: " + withoutNotes(e));
        } catch (JacksonException e) {
            throw new InvalidInputException(BODY, "must be JSON: " + withoutNotes(e) + position(e));
        }
    }

    private Rows decode(JsonParser parser, ModelCard card) throws InvalidInputException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidInputException(BODY, "must be a JSON object, found " + found(parser));
        }
        Rows rows = null;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            switch (name) {
                case FEATURES, INSTANCES -> {
                    if (rows != null) {
                        throw new InvalidInputException(name, "must stand alone, found features and instances");
                    }
                    rows = name.equals(FEATURES) ? single(parser, card) : many(parser, card);
                }
                default -> skip(name, parser);
            }
        }
        if (parser.nextToken() != null) {
            throw new InvalidInputException(BODY, "must end after the JSON object, found " + found(parser));
        }
        if (rows == null) {
            throw new InvalidInputException(
                    BODY, "must have features, a list of numbers, or instances, a list of such lists; found neither");
        }
        return rows;
    }

    private static Rows single(JsonParser parser, ModelCard card) throws InvalidInputException {
        RowsReader reader = RowsReader.single(card);
        row(parser, reader);
        return reader.rows();
    }

    private Rows many(JsonParser parser, ModelCard card) throws InvalidInputException {
        if (!parser.isExpectedStartArrayToken()) {
            throw new InvalidInputException(INSTANCES, "must be a list of lists of numbers, found " + found(parser));
        }
        RowsReader reader = RowsReader.many(card, maxRows);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            row(parser, reader);
        }
        Rows rows = reader.rows();
        if (rows.count() == 0) {
            throw new InvalidInputException(INSTANCES, "must have at least one row, found none");
        }
        return rows;
    }

    private static void row(JsonParser parser, RowsReader reader) throws InvalidInputException {
        if (!parser.isExpectedStartArrayToken()) {
            throw new InvalidInputException(
                    reader.rowPlace(), reader.width() + ", found " + found(parser) + " in place of a list");
        }
        reader.startRow();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null || !token.isNumeric()) {
                throw reader.refuse(found(parser));
            }
            if (parser.isNaN()) {
                throw reader.refuse(parser.getString());
            }
            reader.value(parser.getDoubleValue());
        }
        reader.endRow();
    }

    private static void skip(String name, JsonParser parser) throws InvalidInputException {
        int outside = parser.streamReadContext().getNestingDepth();
        if (!parser.currentToken().isStructStart()) {
            return;
        }
        do {
            parser.nextToken();
            if (parser.streamReadContext().getNestingDepth() > DEEPEST) {
                throw new InvalidInputException(name, "must not be nested deeper than " + DEEPEST + " levels");
            }
        } while (parser.streamReadContext().getNestingDepth() >= outside);
    }

    private static String found(JsonParser parser) {
        @Nullable JsonToken token = parser.currentToken();
        return switch (token) {
            case null -> "nothing";
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "a list";
            case VALUE_STRING -> "a string";
            case VALUE_NULL -> "null";
            case VALUE_TRUE -> "true";
            case VALUE_FALSE -> "false";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            default -> "something else";
        };
    }

    private static String withoutNotes(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        return NOTES.matcher(message).replaceAll("");
    }

    private static String position(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
