package dev.slipway.serving.http;

import dev.slipway.serving.model.Scores;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The bodies that the service answers with. */
final class Replies {
    static final Header JSON_TYPE = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
    static final Header TEXT_TYPE = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    private static final JsonFactory JSON = new JsonFactory();

    private Replies() {}

    static void send(ServerRequest request, ServerResponse response, Status status, byte[] json) {
        response.status(status);
        send(request, response, JSON_TYPE, json);
    }

    /** Sends the content; to a HEAD request only what it would be like, since a body would be taken for the next answer. */
    static void send(ServerRequest request, ServerResponse response, Header type, byte[] content) {
        response.header(type);
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderValues.create(HeaderNames.CONTENT_LENGTH, content.length));
            response.send();
        } else {
            response.send(content);
        }
    }

    static byte[] error(String message) {
        return object(json -> json.writeStringProperty("error", message));
    }

    static byte[] health(String status, String reason) {
        return object(json -> {
            json.writeStringProperty("status", status);
            json.writeStringProperty("reason", reason);
        });
    }

    static byte[] prediction(Scores scores) {
        return object(json -> {
            json.writeArrayPropertyStart("prediction");
            for (int r = 0; r < scores.count(); r++) {
                json.writeNumber(scores.label(r));
            }
            json.writeEndArray();
            json.writeArrayPropertyStart("score");
            for (int r = 0; r < scores.count(); r++) {
                if (Float.isFinite(scores.score(r))) {
                    json.writeNumber(scores.score(r));
                } else {
                    // JSON has no word for it, and a model of one's own may say it.
                    json.writeNull();
                }
            }
            json.writeEndArray();
        });
    }

    private static byte[] object(Consumer<JsonGenerator> content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(128);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
