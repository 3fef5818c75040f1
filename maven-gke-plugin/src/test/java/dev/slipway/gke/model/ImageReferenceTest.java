package dev.slipway.gke.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An image reference")
class ImageReferenceTest {
    @ParameterizedTest(name = "{0} is {1} / {2} : {3}")
    @CsvSource({
        "localhost:5000/slipway/ml-service:abc, localhost:5000, slipway/ml-service, abc",
        "docker.io/acme/ml-service:1.0, docker.io, acme/ml-service, 1.0",
        "acme/ml-service:1.0, docker.io, acme/ml-service, 1.0",
        "nginx:1, docker.io, library/nginx, 1",
        "nginx:latest, docker.io, library/nginx, latest",
        "europe-docker.pkg.dev/acme/ml/service:a-dirty-b, europe-docker.pkg.dev, acme/ml/service, a-dirty-b",
        "127.0.0.1:5000/a:b, 127.0.0.1:5000, a, b",
    })
    @DisplayName("is read as registries read it")
    void reads(String text, String registry, String repository, String tag) {
        ImageReference image = ImageReference.parse(text);
        assertThat(image.registry()).isEqualTo(registry);
        assertThat(image.repository()).isEqualTo(repository);
        assertThat(image.tag()).contains(tag);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "acme/ml-service",
                "UPPER/case:1",
                "acme/ml service:1",
                "acme/ml-service:",
                "${image.registry}/a:1",
                "acme/ml-service@sha256:12",
                "acme//ml:1"
            })
    @DisplayName("is refused if it is none, or says neither tag nor digest")
    void refuses(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> ImageReference.parse(text));
    }
}
