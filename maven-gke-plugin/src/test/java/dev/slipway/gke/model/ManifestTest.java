package dev.slipway.gke.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Two manifests")
class ManifestTest {
    private static final KubeObject SERVICE = object("Service", 80);
    private static final KubeObject DEPLOYMENT = object("Deployment", 2);

    @Test
    @DisplayName("are the same in whatever order they are written")
    void order() {
        assertThat(manifest(SERVICE, DEPLOYMENT).sameAs(manifest(DEPLOYMENT, SERVICE)))
                .isTrue();
    }

    @Test
    @DisplayName("differ by a field")
    void field() {
        assertThat(manifest(SERVICE).sameAs(manifest(object("Service", 81)))).isFalse();
    }

    @Test
    @DisplayName("differ by an object")
    void missing() {
        assertThat(manifest(SERVICE, DEPLOYMENT).sameAs(manifest(SERVICE))).isFalse();
    }

    @Test
    @DisplayName("know what their Secret objects hold, decoded, and nothing else")
    void secrets() {
        Manifest manifest = manifest(
                DEPLOYMENT,
                new KubeObject("v1", "Secret", "a", Map.of("stringData", Map.of("password", "correct-horse"))),
                new KubeObject("v1", "Secret", "b", Map.of("data", Map.of("token", "YmF0dGVyeQ=="))));

        assertThat(manifest.secretTexts()).containsExactly("correct-horse", "battery");
    }

    private static Manifest manifest(KubeObject... objects) {
        return new Manifest(List.of(objects));
    }

    private static KubeObject object(String kind, int number) {
        return new KubeObject("v1", kind, "x", Map.of("spec", Map.of("number", number)));
    }
}
