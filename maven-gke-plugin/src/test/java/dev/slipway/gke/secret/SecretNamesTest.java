package dev.slipway.gke.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The values of a release")
class SecretNamesTest {
    @Test
    @DisplayName("are secret by their name, or by that of what they are in, but not where the name is about a secret")
    void texts() {
        Map<String, Object> values = Map.of(
                "database", Map.of("password", "one", "user", "ada"),
                "apiKeys", List.of("two", "three"),
                "credentials", Map.of("left", Map.of("inner", "four"), "path", "/etc"),
                "tls", Map.of("secretName", "ml-tls"),
                "replicas", 3);

        assertThat(SecretNames.texts(values)).containsExactlyInAnyOrder("one", "two", "three", "four");
    }
}
