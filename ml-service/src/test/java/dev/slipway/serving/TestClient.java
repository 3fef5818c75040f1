package dev.slipway.serving;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.jr.ob.JSON;

/** Asks a running service. */
final class TestClient implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    TestClient(int port) {
        this.port = port;
    }

    /** What came back. */
    record Answer(int status, String type, String body, HttpResponse<byte[]> whole) {
        Map<String, Object> json() {
            return JSON.std.mapFrom(body);
        }

        List<Number> numbers(String name) {
            List<Number> numbers = new ArrayList<>();
            for (Object item : (List<?>) Objects.requireNonNull(json().get(name), body)) {
                numbers.add((Number) item);
            }
            return numbers;
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder().GET(), path);
    }

    Answer post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body)), path);
    }

    Answer send(HttpRequest.Builder request, String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(
                request.uri(URI.create("http://localhost:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(
                answer.statusCode(),
                answer.headers().firstValue("content-type").orElse(""),
                new String(answer.body(), StandardCharsets.UTF_8),
                answer);
    }

    @Override
    public void close() {
        http.close();
    }
}
