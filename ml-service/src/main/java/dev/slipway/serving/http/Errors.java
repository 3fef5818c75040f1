package dev.slipway.serving.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.Method;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/** Answers for what goes wrong before or outside a route, such as a request that is no HTTP: JSON like every other error. */
final class Errors implements DirectHandler {
    private Errors() {}

    static DirectHandlers handlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        Errors errors = new Errors();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, errors);
        }
        return handlers.build();
    }

    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType eventType,
            Status defaultStatus,
            ServerResponseHeaders responseHeaders,
            String message) {
        // What went wrong inside is for the log, not for whoever asked.
        String shown = eventType == EventType.INTERNAL_ERROR || message == null || message.isBlank()
                ? defaultStatus.reasonPhrase()
                : message;
        TransportResponse.Builder response = TransportResponse.builder()
                .status(defaultStatus)
                .headers(responseHeaders)
                .header(Replies.JSON_TYPE)
                .keepAlive(eventType.keepAlive());
        if (!request.method().equals(Method.HEAD.text())) {
            response.entity(Replies.error("request: " + shown));
        }
        return response.build();
    }
}
