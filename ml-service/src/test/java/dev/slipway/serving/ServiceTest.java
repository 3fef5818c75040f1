package dev.slipway.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.serving.model.Golden;
import dev.slipway.serving.model.ModelFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The service")
class ServiceTest {
    private static final Path MODEL = Running.resource("/scikit-learn/model");
    private static Running running;
    private static TestClient client;

    @BeforeAll
    static void start() throws Exception {
        running = Running.with(MODEL);
        client = running.client();
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    @DisplayName("says in a plain line what it serves")
    void home() throws Exception {
        TestClient.Answer answer = client.get("/");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.type()).isEqualTo("text/plain; charset=utf-8");
        assertThat(answer.body())
                .matches(
                        "shuttle-scikit-learn [0-9a-f]{16} is served here: POST /predict \\{\"features\":\\[f1,f9]}\n");
    }

    @Test
    @DisplayName("answers one row as the service before it did, and with its score")
    void one() throws Exception {
        TestClient.Answer usual = client.post("/predict", "{\"features\":[37,0]}");
        TestClient.Answer odd = client.post("/predict", "{\"features\":[123.5,-86e0]}");

        assertThat(usual.status()).isEqualTo(200);
        assertThat(usual.type()).isEqualTo("application/json");
        assertThat(usual.body()).matches("\\{\"prediction\":\\[1],\"score\":\\[0\\.\\d+]}");
        assertThat(odd.body()).matches("\\{\"prediction\":\\[-1],\"score\":\\[-0\\.\\d+]}");
    }

    @Test
    @DisplayName("answers all golden rows in one request with their labels and scores, in their order")
    void many() throws Exception {
        Golden golden = ModelFolder.read(MODEL).golden();
        String instances =
                golden.rows().stream().map(row -> row.input().toString()).collect(Collectors.joining(","));

        TestClient.Answer answer = client.post("/predict", "{\"instances\":[" + instances + "]}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<Number> labels = answer.numbers("prediction");
        List<Number> scores = answer.numbers("score");
        assertThat(labels).hasSameSizeAs(golden.rows());
        for (int i = 0; i < labels.size(); i++) {
            assertThat(labels.get(i).longValue()).isEqualTo(golden.rows().get(i).label());
            assertThat(scores.get(i).doubleValue())
                    .isCloseTo(golden.rows().get(i).score(), within(1e-6));
        }
    }

    @Test
    @DisplayName("passes over names that it does not know, and takes any content type and encoding of JSON")
    void lenient() throws Exception {
        assertThat(client.post("/predict", "{\"id\":{\"a\":[1,{}]},\"features\":[37,0],\"note\":\"x\"}")
                        .status())
                .isEqualTo(200);
        HttpRequest.Builder utf16 = HttpRequest.newBuilder()
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("{\"features\":[37,0]}", StandardCharsets.UTF_16BE));
        assertThat(client.send(utf16, "/predict").status()).isEqualTo(200);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("", "body: must be a JSON object, found nothing"),
                Arguments.of("[]", "body: must be a JSON object, found a list"),
                Arguments.of("7", "body: must be a JSON object, found a number"),
                Arguments.of("{", "body: must be JSON: Unexpected end-of-input: .* \\(line 1, column 2\\)"),
                Arguments.of(
                        "features=1", "body: must be JSON: Unrecognized token 'features': .* \\(line 1, column 1\\)"),
                Arguments.of(
                        "{\"features\":[1,\n2,]}",
                        "body: must be JSON: Unexpected character .* \\(line 2, column 3\\)"),
                Arguments.of("{}", "body: must have features, a list of numbers, or instances, .*; found neither"),
                Arguments.of(
                        "{\"features\":null}",
                        "features: must have 2 values \\(f1, f9\\), found null in place of a list"),
                Arguments.of("{\"features\":{\"f1\":1}}", "features: .*, found an object in place of a list"),
                Arguments.of("{\"features\":[]}", "features: must have 2 values \\(f1, f9\\), found 0"),
                Arguments.of("{\"features\":[1]}", "features: must have 2 values \\(f1, f9\\), found 1"),
                Arguments.of("{\"features\":[1,2,3]}", "features: must have 2 values \\(f1, f9\\), found more"),
                Arguments.of("{\"features\":[1,null]}", "features\\[1]: must be a finite number, found null"),
                Arguments.of("{\"features\":[\"1\",2]}", "features\\[0]: must be a finite number, found a string"),
                Arguments.of("{\"features\":[1,true]}", "features\\[1]: must be a finite number, found true"),
                Arguments.of("{\"features\":[1,[2]]}", "features\\[1]: must be a finite number, found a list"),
                Arguments.of("{\"features\":[1,{}]}", "features\\[1]: must be a finite number, found an object"),
                Arguments.of("{\"features\":[NaN,1]}", "features\\[0]: must be a finite number, found NaN"),
                Arguments.of("{\"features\":[1,-Infinity]}", "features\\[1]: must be a finite number, found -Infinity"),
                Arguments.of(
                        "{\"features\":[1e39,1]}", "features\\[0]: .*, found 1.0E39, which is beyond a 32-bit float"),
                Arguments.of("{\"features\":[1,-1e400]}", "features\\[1]: must be a finite number, found .*"),
                Arguments.of(
                        "{\"features\":[" + "9".repeat(2000) + ",1]}",
                        "body: goes beyond a limit: Number value length \\(2000\\) exceeds the maximum allowed \\(1000"),
                Arguments.of("{\"features\":[1,2],\"features\":[1,2]}", "body: .*Duplicate .*features.*"),
                Arguments.of("{\"a\":1,\"a\":2,\"features\":[1,2]}", "body: .*Duplicate .*\"a\".*"),
                Arguments.of("{\"features\":[1,2],\"instances\":[[1,2]]}", "instances: must stand alone, .*"),
                Arguments.of("{\"features\":[1,2]}{}", "body: must end after the JSON object, found an object"),
                Arguments.of("{\"features\":[1,2]},", "body: must be JSON: .*"),
                Arguments.of("{\"instances\":[]}", "instances: must have at least one row, found none"),
                Arguments.of("{\"instances\":[1,2]}", "instances\\[0]: .*, found a number in place of a list"),
                Arguments.of("{\"instances\":[[1,2],[3]]}", "instances\\[1]: must have 2 values \\(f1, f9\\), found 1"),
                Arguments.of(
                        "{\"instances\":[[1,2],[3,\"4\"]]}",
                        "instances\\[1]\\[1]: must be a finite number, found a string"),
                Arguments.of(
                        "{\"instances\":[" + "[1,2],".repeat(Running.MAX_ROWS) + "[1,2]]}",
                        "instances: must have at most 1000 rows, found more"),
                Arguments.of("{\"a\":" + "[".repeat(5000), "a: must not be nested deeper than 32 levels"),
                Arguments.of("{\"a\":" + "{\"a\":".repeat(5000), "a: must not be nested deeper than 32 levels"));
    }

    @ParameterizedTest(name = "refuses {0}")
    @MethodSource("refusals")
    @DisplayName("refuses what it cannot score with 400, and points at the fault")
    void refuses(String body, String error) throws Exception {
        TestClient.Answer answer = client.post("/predict", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.type()).isEqualTo("application/json");
        assertThat((String) answer.json().get("error")).matches(error);
        assertThat(answer.json()).containsOnlyKeys("error");
        assertThat(answer.body()).doesNotContain("Exception", "Stream", "\tat ");
    }

    @Test
    @DisplayName("refuses bytes that are no text")
    void noText() throws Exception {
        for (byte[] bytes :
                List.of(new byte[] {0}, new byte[] {(byte) 0xff, (byte) 0xfe, 1}, new byte[] {'{', '"', (byte) 0xff})) {
            TestClient.Answer answer = client.send(
                    HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofByteArray(bytes)), "/predict");
            assertThat(answer.status()).as(Arrays.toString(bytes)).isEqualTo(400);
            assertThat((String) answer.json().get("error")).startsWith("body: ");
        }
    }

    @Test
    @DisplayName("takes a body of the greatest length, and refuses one byte more with 413, announced or in chunks")
    void tooLarge() throws Exception {
        String request = "{\"features\":[37,0]}";
        String greatest = request + " ".repeat(Running.MAX_BODY - request.length());
        assertThat(client.post("/predict", greatest).status()).isEqualTo(200);

        TestClient.Answer announced = client.post("/predict", greatest + " ");
        TestClient.Answer chunked = client.send(
                HttpRequest.newBuilder()
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(
                                (greatest + " ").getBytes(StandardCharsets.US_ASCII)))),
                "/predict");
        TestClient.Answer enormous = client.send(
                HttpRequest.newBuilder()
                        .expectContinue(true)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[50_000_000])),
                "/predict");

        for (TestClient.Answer answer : List.of(announced, chunked, enormous)) {
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.json().get("error")).isEqualTo("body: must not be longer than 100000 bytes");
        }
    }

    @Test
    @DisplayName("answers other paths with 404 and other methods with 405, in JSON")
    void elsewhere() throws Exception {
        TestClient.Answer unknown = client.get("/nowhere");
        TestClient.Answer get = client.get("/predict");
        TestClient.Answer delete = client.send(HttpRequest.newBuilder().DELETE(), "/health/live");

        assertThat(unknown.status()).isEqualTo(404);
        assertThat((String) unknown.json().get("error"))
                .startsWith("path: is not known here; there are GET /, POST /predict");
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.whole().headers().firstValue("allow")).hasValue("POST");
        assertThat(get.json().get("error")).isEqualTo("/predict: takes POST, not GET");
        assertThat(delete.status()).isEqualTo(405);
    }

    @Test
    @DisplayName("answers what is no HTTP with 400 in JSON")
    void noHttp() throws Exception {
        for (String request : List.of(
                "NONSENSE\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n")) {
            String answer = raw(request);
            String shown = request.substring(0, Math.min(80, request.length()));
            assertThat(answer)
                    .as(shown)
                    .startsWith("HTTP/1.1 4")
                    .contains("{\"error\":\"")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    @DisplayName("answers HEAD as GET, without the body, so that the next answer on the connection is the right one")
    void head() throws Exception {
        for (String path : List.of("/", "/health/ready", "/metrics", "/nowhere", "/predict", "/%zz")) {
            String both = raw("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\nDELETE / HTTP/1.1\r\nHost: a\r\n\r\n");
            String status = path.startsWith("/%")
                    ? "400"
                    : path.equals("/nowhere") ? "404" : path.equals("/predict") ? "405" : "200";
            assertThat(both).as(path).startsWith("HTTP/1.1 " + status);
            String rest = both.substring(both.indexOf("\r\n\r\n") + 4);
            assertThat(rest).as(path).matches("(?s)(|HTTP/1.1 405 .*)");
        }
    }

    @Test
    @DisplayName("answers three questions about its health")
    void health() throws Exception {
        assertThat(client.get("/health/live").body()).isEqualTo("{\"status\":\"live\",\"reason\":\"ok\"}");
        assertThat(client.get("/health/ready").body()).isEqualTo("{\"status\":\"ready\",\"reason\":\"ok\"}");
        assertThat(client.get("/health/startup").body()).isEqualTo("{\"status\":\"started\",\"reason\":\"ok\"}");
    }

    @Test
    @DisplayName("counts rows by label, refusals and rows beyond what training saw")
    void counts() throws Exception {
        double outliers = metric("predictions_total{label=\"-1\"}");
        double inliers = metric("predictions_total{label=\"1\"}");
        double refused = metric("prediction_inputs_refused_total");
        double beyond = metric("prediction_rows_out_of_training_range_total");

        client.post("/predict", "{\"instances\":[[37,0],[1e9,1e9],[41,0]]}");
        client.post("/predict", "{\"features\":[1]}");

        assertThat(metric("predictions_total{label=\"1\"}") - inliers).isEqualTo(2);
        assertThat(metric("predictions_total{label=\"-1\"}") - outliers).isEqualTo(1);
        assertThat(metric("prediction_rows_out_of_training_range_total") - beyond)
                .isEqualTo(1);
        assertThat(metric("prediction_inputs_refused_total") - refused).isEqualTo(1);
        assertThat(metric("http_requests_total{route=\"/predict\",status=\"400\"}"))
                .isGreaterThanOrEqualTo(1);
        assertThat(metric("ready")).isEqualTo(1);
        assertThat(metric("model_golden_error")).isBetween(0.0, 1e-6);
        assertThat(client.get("/metrics").body())
                .containsPattern("model_info\\{name=\"shuttle-scikit-learn\",version=\"[0-9a-f]{16}\"} 1")
                .contains("jvm_threads_current");
    }

    @Test
    @DisplayName("does not let a client add a time series")
    void noNewSeries() throws Exception {
        client.get("/a/path/nobody/knows");

        assertThat(client.get("/metrics").body()).doesNotContain("nobody").contains("route=\"other\"");
    }

    @Test
    @DisplayName("gives every one of many callers at once the answer to his own row")
    void manyCallers() throws Exception {
        List<Golden.Row> rows = ModelFolder.read(MODEL).golden().rows();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(16)) {
            IntStream.range(0, 16)
                    .forEach(caller -> callers.execute(() -> {
                        for (int i = 0; i < 100; i++) {
                            Golden.Row row = rows.get((i * 7 + caller) % rows.size());
                            try {
                                TestClient.Answer answer =
                                        client.post("/predict", "{\"features\":" + row.input() + "}");
                                double score =
                                        answer.numbers("score").getFirst().doubleValue();
                                if (Math.abs(score - row.score()) > 1e-6) {
                                    wrong.add(row + " got " + answer.body());
                                }
                            } catch (IOException | InterruptedException | RuntimeException e) {
                                wrong.add(row + " got " + e);
                            }
                        }
                    }));
        }

        assertThat(wrong).isEmpty();
    }

    private static double metric(String name) throws Exception {
        return client.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", running.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            socket.setSoTimeout(10_000);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            // Until the whole error has come; the connection may stay open.
            while (!answer.toString(StandardCharsets.UTF_8).endsWith("}")) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                answer.write(next);
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }
}
