package dev.slipway.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The registry of the local cluster behind a door that has a bad day: its first answers are errors, or all of them are late. */
final class RegistryProxy implements AutoCloseable {
    private static final URI REGISTRY = URI.create("http://localhost:5000/");

    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private final HttpServer server;
    private final int status;
    private final int refusals;
    private final Duration delay;

    private RegistryProxy(int status, int refusals, Duration delay) {
        this.status = status;
        this.refusals = refusals;
        this.delay = delay;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** {@return one that answers the first requests with a status of failure} */
    static RegistryProxy refusing(int status, int refusals) {
        return new RegistryProxy(status, refusals, Duration.ZERO);
    }

    /** {@return one that answers nothing but a status of failure} */
    static RegistryProxy alwaysRefusing(int status) {
        return new RegistryProxy(status, Integer.MAX_VALUE, Duration.ZERO);
    }

    /** {@return one whose every answer takes its time} */
    static RegistryProxy slow(Duration delay) {
        return new RegistryProxy(0, 0, delay);
    }

    /** {@return the image of the faulty service, by way of this registry} */
    String image() {
        return "127.0.0.1:" + server.getAddress().getPort() + "/slipway/faulty:1";
    }

    /** {@return how often it was asked} */
    int requests() {
        return requests.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            int number = requests.incrementAndGet();
            TimeUnit.MILLISECONDS.sleep(delay.toMillis());
            if (number <= refusals) {
                if (status == 429) {
                    exchange.getResponseHeaders().set("Retry-After", "1");
                }
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            pass(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(HttpExchange exchange) throws IOException, InterruptedException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        REGISTRY.resolve(exchange.getRequestURI().toString()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
        for (String accept : exchange.getRequestHeaders().getOrDefault("Accept", java.util.List.of())) {
            request.header("Accept", accept);
        }
        HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        for (Map.Entry<String, java.util.List<String>> header :
                answer.headers().map().entrySet()) {
            // The length of what a HEAD leaves out is an answer, too.
            if (!header.getKey().equalsIgnoreCase("transfer-encoding")
                    && (head || !header.getKey().equalsIgnoreCase("content-length"))) {
                exchange.getResponseHeaders().put(header.getKey(), header.getValue());
            }
        }
        byte[] body = answer.body();
        exchange.sendResponseHeaders(answer.statusCode(), head || body.length == 0 ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
