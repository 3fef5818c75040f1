package dev.slipway.serving.http;

import dev.slipway.serving.config.ServeConfig;
import dev.slipway.serving.health.Health;
import dev.slipway.serving.metrics.Metrics;
import dev.slipway.serving.predict.Predictor;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP side of the service. Each request has a virtual thread of its own, so handlers may block. It listens from the start, to say
 * that it is not ready; predictions are refused until it is given something that predicts.
 */
public final class HttpServer {
    private static final String OTHER = "other";
    private static final Header NO_STORE = HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

    private final AtomicReference<@Nullable Predictor> predictor = new AtomicReference<>();
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final Health health;
    private final Metrics metrics;
    private final WebServer server;

    private record Route(Method method, Handler handler) {}

    private HttpServer(ServeConfig config, Health health, Metrics metrics) {
        this.health = health;
        this.metrics = metrics;
        routes.put("/", new Route(Method.GET, this::home));
        routes.put(
                "/predict",
                new Route(
                        Method.POST,
                        new PredictHandler(predictor, health, metrics, config.maxBody(), config.maxRows())));
        routes.put("/health/live", new Route(Method.GET, answer("live", health::live)));
        routes.put("/health/ready", new Route(Method.GET, answer("ready", health::acceptsRequests)));
        routes.put("/health/startup", new Route(Method.GET, answer("started", health::started)));
        routes.put("/metrics", new Route(Method.GET, this::metrics));
        server = WebServer.builder()
                .host(config.host())
                .port(config.port())
                .routing(this::route)
                .directHandlers(Errors.handlers())
                // Who started the server decides when it stops.
                .shutdownHook(false)
                .shutdownGracePeriod(config.drain())
                .build();
    }

    /**
     * Listens.
     *
     * @throws java.io.UncheckedIOException if the port is taken
     */
    public static HttpServer start(ServeConfig config, Health health, Metrics metrics) {
        HttpServer http = new HttpServer(config, health, metrics);
        http.server.start();
        return http;
    }

    /** Predicts with this from now on. */
    public void serve(Predictor next) {
        predictor.set(next);
    }

    /** {@return the port it listens on} */
    public int port() {
        return server.port();
    }

    /** Takes no more requests, waits for those in flight as long as the configuration allows, and returns when all is closed. */
    public void stop() {
        server.stop();
    }

    private void route(HttpRouting.Builder routing) {
        routing.addFilter(this::observe);
        routes.forEach((path, route) -> {
            routing.route(route.method(), path, route.handler());
            if (route.method().equals(Method.GET)) {
                routing.route(Method.HEAD, path, route.handler());
            }
            routing.any(path, (request, response) -> {
                response.header(
                        HeaderNames.ALLOW,
                        route.method().equals(Method.GET)
                                ? "GET, HEAD"
                                : route.method().text());
                Replies.send(
                        request,
                        response,
                        Status.METHOD_NOT_ALLOWED_405,
                        Replies.error(path + ": takes " + route.method().text() + ", not "
                                + request.prologue().method().text()));
            });
        });
        String known = routes.entrySet().stream()
                .map(entry -> entry.getValue().method().text() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        routing.any((request, response) -> Replies.send(
                request, response, Status.NOT_FOUND_404, Replies.error("path: is not known here; there are " + known)));
    }

    private void observe(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        long start = System.nanoTime();
        String path = request.path().rawPath();
        String route = routes.containsKey(path) ? path : OTHER;
        if (health.draining()) {
            // The client's next request is to go to somebody else.
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        response.whenSent(() -> metrics.answered(route, response.status().code(), System.nanoTime() - start));
        metrics.entered();
        try {
            chain.proceed();
        } finally {
            metrics.left();
        }
    }

    private void home(ServerRequest request, ServerResponse response) {
        Predictor present = predictor.get();
        String line = present == null
                ? "not ready: " + health.acceptsRequests().reason() + "\n"
                : present.card().name() + " " + present.card().version()
                        + " is served here: POST /predict {\"features\":[" + names(present) + "]}\n";
        Replies.send(request, response, Replies.TEXT_TYPE, line.getBytes(StandardCharsets.UTF_8));
    }

    private static String names(Predictor predictor) {
        return predictor.card().features().stream()
                .map(feature -> feature.name())
                .collect(Collectors.joining(","));
    }

    private static Handler answer(String state, Supplier<Health.Answer> question) {
        return (request, response) -> {
            Health.Answer answer = question.get();
            response.header(NO_STORE);
            Replies.send(
                    request,
                    response,
                    answer.yes() ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503,
                    Replies.health(answer.yes() ? state : "not " + state, answer.reason()));
        };
    }

    private void metrics(ServerRequest request, ServerResponse response) {
        Metrics.Page page =
                metrics.page(request.headers().first(HeaderNames.ACCEPT).orElse(null));
        Replies.send(
                request,
                response,
                HeaderValues.create(HeaderNames.CONTENT_TYPE, page.contentType()),
                page.content().getBytes(StandardCharsets.UTF_8));
    }
}
