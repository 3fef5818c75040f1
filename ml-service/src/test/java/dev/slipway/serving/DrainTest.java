package dev.slipway.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Forks the program as a user starts it, and ends it by SIGTERM. The time limits only keep a failure from hanging. */
@DisplayName("On SIGTERM the program")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DrainTest {
    private static final Pattern READY = Pattern.compile("ready on port (\\d+):");
    private static final String BODY = "{\"features\":[37,0]}";

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void kill() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    @DisplayName("finishes the request that is in flight, takes no more, and ends")
    void drains() throws Exception {
        Program program = serve("--grace=0s", "--drain=60s");
        try (Socket inFlight = new Socket("localhost", program.port())) {
            OutputStream out = inFlight.getOutputStream();
            write(out, "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY.length() + "\r\n\r\n");
            write(out, BODY.substring(0, 5));
            awaitTwoInFlight(program.port());
            program.terminate();
            awaitRefusal(program.port());

            write(out, BODY.substring(5));
            String answer = new String(inFlight.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("{\"prediction\":[1],");
        }
        assertThat(program.restOfLog()).contains("asked to end", "ended");
        assertThat(program.process().waitFor()).isEqualTo(143);
    }

    @Test
    @DisplayName("is not ready at once, but serves on for its grace time and asks clients to go elsewhere")
    void grace() throws Exception {
        Program program = serve("--grace=1h");
        try (TestClient client = new TestClient(program.port())) {
            assertThat(client.get("/health/ready").whole().headers().firstValue("connection"))
                    .isNotEqualTo(Optional.of("close"));
            program.terminate();
            TestClient.Answer ready = client.get("/health/ready");
            while (ready.status() == 200) {
                ready = client.get("/health/ready");
            }

            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.body()).isEqualTo("{\"status\":\"not ready\",\"reason\":\"shutting down\"}");
            assertThat(client.get("/health/live").status()).isEqualTo(200);
            assertThat(client.get("/health/startup").status()).isEqualTo(200);
            TestClient.Answer answer = client.post("/predict", BODY);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.whole().headers().firstValue("connection")).hasValue("close");
            assertThat(program.process().isAlive()).isTrue();
        }
    }

    @Test
    @DisplayName("ends although a client never finishes its request, when the drain time is over")
    void stuckClient() throws Exception {
        Program program = serve("--grace=0s", "--drain=200ms");
        try (Socket stuck = new Socket("localhost", program.port())) {
            write(stuck.getOutputStream(), "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{");
            awaitTwoInFlight(program.port());
            program.terminate();
            assertThat(program.process().waitFor()).isEqualTo(143);
        }
    }

    private record Program(Process process, BufferedReader log, int port) {
        /** SIGTERM alone; {@link Process#destroy} would close our end of its log as well. */
        void terminate() {
            assertThat(process.toHandle().destroy()).isTrue();
        }

        String restOfLog() throws IOException {
            return String.join("\n", log.readAllLines());
        }
    }

    private Program serve(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--host=localhost",
                "--port=0",
                "--model=" + Running.resource("/scikit-learn/model")));
        command.addAll(Arrays.asList(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("ORT_DISABLE_TELEMETRY");
        Process process = builder.start();
        started.add(process);
        BufferedReader log = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder seen = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            seen.append(line).append('\n');
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                return new Program(process, log, Integer.parseInt(ready.group(1)));
            }
        }
        throw new AssertionError("it ended before it was ready:\n" + seen);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** The half request, and the one that asks. */
    private static void awaitTwoInFlight(int port) throws IOException, InterruptedException {
        try (TestClient client = new TestClient(port)) {
            while (!client.get("/metrics").body().contains("\nhttp_requests_in_flight 2.0\n")) {
                Thread.onSpinWait();
            }
        }
    }

    private static void awaitRefusal(int port) throws IOException {
        while (true) {
            try (Socket socket = new Socket("localhost", port);
                    InputStream in = socket.getInputStream()) {
                // Taken up by the listening socket; whoever asks early is told so, or sees the end of the connection.
                assertThat(in.available()).isGreaterThanOrEqualTo(0);
            } catch (ConnectException e) {
                return;
            }
        }
    }
}
