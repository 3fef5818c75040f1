package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What Helm says")
class RedactorTest {
    private final Redactor redactor = new Redactor();

    @Test
    @DisplayName("is free of every text among the values, in debug output")
    void debug() {
        redactor.learn(
                Map.of("database", Map.of("url", "jdbc:some/where"), "list", List.of("swordfish"), "mode", "on"));
        assertThat(redactor.debug("table. Ignoring non-table value (map[url:jdbc:some/where]) swordfish is on"))
                .isEqualTo("table. Ignoring non-table value (map[url:****]) **** is on");
    }

    @Test
    @DisplayName("keeps in failures what is no secret by its key, and loses what is")
    void failure() {
        redactor.learn(Map.of(
                "image", Map.of("repository", "docker.io/acme/ml"),
                "auth", Map.of("user", "somebody", "words", List.of("correct horse")),
                "dbPassword", "hunter2-hunter2"));
        assertThat(redactor.failure("docker.io/acme/ml somebody correct horse hunter2-hunter2"))
                .isEqualTo("docker.io/acme/ml **** **** ****");
    }

    @Test
    @DisplayName("is free of what looks like a token, a key or a login, wherever it came from")
    void shapes() {
        assertThat(redactor.failure("a ya29.a0AfH6SMB_x-y b"
                        + " eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln c Bearer abc.def-1 d https://me:pass@host/x"))
                .isEqualTo("a **** b **** c Bearer **** d https://****@host/x");
        assertThat(redactor.failure("x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y"))
                .isEqualTo("x **** y");
        assertThat(redactor.failure("x -----BEGIN PRIVATE KEY-----\\nMIIE")).isEqualTo("x ****");
    }

    @Test
    @DisplayName("loses the longer text first, so that no end of it is left")
    void nested() {
        redactor.learn(Map.of("one", "secret-word", "two", "secret-word-and-more"));
        assertThat(redactor.debug("secret-word-and-more")).isEqualTo("****");
    }
}
