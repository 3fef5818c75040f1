package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@EndToEnd
@Order(7)
@DisplayName("After mvn package")
class ProgramIT {
    private final Workshop workshop;

    ProgramIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @DisplayName(
            "java -jar ml-service/target/ml-service.jar serve answers from the checkout, and ends when it is told to")
    void serves() throws IOException, InterruptedException {
        Checkout checkout = workshop.checkout();
        checkout.mvn("package").verified().succeeds();
        String command = "java -jar ml-service/target/ml-service.jar serve";
        Narrator.say(command);
        int port = freePort();
        List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
        words.set(0, jdk25().resolve("bin/java").toString());
        words.addAll(List.of("--port", Integer.toString(port)));
        File log = workshop.logs().resolve("ml-service.log").toFile();

        Process process = new ProcessBuilder(words)
                .directory(checkout.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        try {
            Service service = new Service("http://localhost:" + port + "/");
            readyWithin(service, Duration.ofSeconds(60));
            assertThat(service.predict("{\"features\":[50,0]}")).contains("\"prediction\":[");
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("ends within 30 seconds of SIGTERM")
                    .isTrue();
            Commands.ran(command);
            String train = "java -jar ml-service/target/ml-service.jar train --help";
            assertThat(checkout.sh("PATH=" + jdk25() + "/bin:$PATH " + train)).contains("--data", "--features");
            Commands.ran(train);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void readyWithin(Service service, Duration limit) throws InterruptedException {
        Instant end = Instant.now().plus(limit);
        while (true) {
            try {
                service.get("/health/ready");
                return;
            } catch (java.io.UncheckedIOException | AssertionError e) {
                if (Instant.now().isAfter(end)) {
                    throw new AssertionError("not ready within " + limit, e);
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** {@return the folder of a JDK 25} */
    static Path jdk25() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib/jvm"))) {
            return folders.filter(folder -> String.valueOf(folder.getFileName()).contains("25"))
                    .filter(folder -> Files.isExecutable(folder.resolve("bin/javac")))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no JDK 25 in /usr/lib/jvm"));
        }
    }
}
