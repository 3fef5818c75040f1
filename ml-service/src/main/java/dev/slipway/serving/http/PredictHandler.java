package dev.slipway.serving.http;

import dev.slipway.serving.health.Health;
import dev.slipway.serving.metrics.Metrics;
import dev.slipway.serving.predict.InvalidInputException;
import dev.slipway.serving.predict.Predictor;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@code POST /predict}. */
final class PredictHandler implements Handler {
    /**
     * How much of a body that is too large is read and thrown away, so that the client has sent it all and reads the answer; a
     * connection closed on a client that still writes looks to it like a crash.
     */
    private static final long PATIENCE = 8L << 20;

    private static final Logger LOG = System.getLogger(PredictHandler.class.getName());

    private final AtomicReference<@Nullable Predictor> predictor;
    private final Health health;
    private final Metrics metrics;
    private final RequestDecoder decoder;
    private final int maxBody;

    PredictHandler(
            AtomicReference<@Nullable Predictor> predictor, Health health, Metrics metrics, int maxBody, int maxRows) {
        this.predictor = predictor;
        this.health = health;
        this.metrics = metrics;
        this.decoder = new RequestDecoder(maxRows);
        this.maxBody = maxBody;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws IOException {
        Predictor present = predictor.get();
        if (present == null) {
            response.header(HeaderNames.RETRY_AFTER, "1");
            Replies.send(
                    request,
                    response,
                    Status.SERVICE_UNAVAILABLE_503,
                    Replies.error("not ready: " + health.acceptsRequests().reason()));
            return;
        }
        byte[] body = body(request, response);
        if (body == null) {
            return;
        }
        try {
            Replies.send(
                    request,
                    response,
                    Status.OK_200,
                    Replies.prediction(present.predict(decoder.decode(body, present.card()))));
        } catch (InvalidInputException e) {
            metrics.refusedInput();
            Replies.send(request, response, Status.BAD_REQUEST_400, Replies.error(e.getMessage()));
        } catch (IllegalStateException e) {
            LOG.log(Logger.Level.ERROR, "the model failed", e);
            Replies.send(
                    request,
                    response,
                    Status.INTERNAL_SERVER_ERROR_500,
                    Replies.error("the model failed; the log says why"));
        }
    }

    /** {@return the body; or null if it is too large, which is answered then} */
    private byte @Nullable [] body(ServerRequest request, ServerResponse response) throws IOException {
        long announced = request.headers().contentLength().orElse(-1);
        boolean asksFirst = request.headers().containsToken(HeaderValues.EXPECT_100);
        if (announced > maxBody && (asksFirst || announced > PATIENCE)) {
            tooLarge(request, response);
            return null;
        }
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        try {
            // Not closed here: closing would wait for the rest of a body whose end may never come.
            InputStream in = request.content().inputStream();
            byte[] body = in.readNBytes(maxBody + 1);
            if (body.length <= maxBody) {
                return body;
            }
            in.skip(PATIENCE);
        } catch (IllegalArgumentException e) {
            // Chunks that are none.
            metrics.refusedInput();
            response.header(HeaderValues.CONNECTION_CLOSE);
            Replies.send(
                    request,
                    response,
                    Status.BAD_REQUEST_400,
                    Replies.error("body: cannot be read: " + e.getMessage()));
            return null;
        } catch (DataReader.InsufficientDataAvailableException e) {
            throw new CloseConnectionException("the client left before its request was complete", e);
        }
        tooLarge(request, response);
        return null;
    }

    private void tooLarge(ServerRequest request, ServerResponse response) {
        metrics.refusedInput();
        response.header(HeaderValues.CONNECTION_CLOSE);
        Replies.send(
                request,
                response,
                Status.REQUEST_ENTITY_TOO_LARGE_413,
                Replies.error("body: must not be longer than " + maxBody + " bytes"));
    }
}
