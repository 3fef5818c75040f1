package dev.slipway.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.serving.model.BadModelException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@DisplayName("ask")
class AskTest {
    private static final String BODY = "--body={\"features\":[50,21]}";

    private static Running running;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws BadModelException {
        running = Running.bundled();
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    @DisplayName("prints the answer that was expected")
    void expected() {
        int code = ask("--url=" + url("/predict"), BODY, "--expect=\"prediction\" *: *\\[ *-?1 *\\]");

        assertThat(code).isZero();
        assertThat(out.toString()).contains("\"prediction\":[");
    }

    @Test
    @DisplayName("gets without a body, and is content with any answer unless told otherwise")
    void plain() {
        assertThat(ask("--url=" + url("/health/ready"))).isZero();
    }

    @Test
    @DisplayName("fails on another answer, and says what was expected")
    void another() {
        int code = ask("--url=" + url("/predict"), BODY, "--expect=forty-two", "--patience=0s");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("answered 200").contains("/forty-two/");
    }

    @Test
    @DisplayName("fails on another status, even if the answer has what was expected")
    void status() {
        int code = ask("--url=" + url("/predict"), "--body={\"features\":[50]}", "--expect=error", "--patience=0s");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("answered 400").contains("expected was 200");
    }

    @Test
    @DisplayName("fails when nobody listens")
    void nobody() {
        assertThat(ask("--url=http://localhost:1/", "--patience=100ms")).isEqualTo(1);
        assertThat(err.toString()).startsWith("ask: http://localhost:1/: Connection refused");
    }

    @Test
    @DisplayName("refuses what is no address and what is no regular expression")
    void refused() {
        assertThat(ask("--url=file:///etc/passwd")).isEqualTo(2);
        assertThat(ask("--url=" + url("/"), "--expect=(")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--url must begin with http://")
                .contains("--expect is no regular expression");
    }

    private static String url(String path) {
        return "http://localhost:" + running.port() + path;
    }

    private int ask(String... arguments) {
        CommandLine program = Main.program().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] all = new String[arguments.length + 1];
        all[0] = "ask";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return program.execute(all);
    }
}
