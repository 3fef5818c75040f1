package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ImageDigest;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.source.BuildOutputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A push is spared")
class SparePushTest {
    private static final String FIRST = "sha256:" + "1".repeat(64);
    private static final String SECOND = "sha256:" + "2".repeat(64);
    private static final ImageReference NAME = ImageReference.parse("localhost:5000/acme/service:abc");
    private static final ImageReference BASE = ImageReference.parse("localhost:5000/acme/java:25");

    @TempDir
    Path folder;

    private final Map<ImageReference, String> registry = new HashMap<>();

    @BeforeEach
    void build() throws IOException {
        Files.createDirectories(folder.resolve("lib"));
        Files.writeString(folder.resolve("app.jar"), "app");
        Files.writeString(folder.resolve("lib/a.jar"), "a");
        registry.put(BASE, FIRST);
    }

    @Test
    @DisplayName("if nothing that goes into the image has changed since the last one")
    void sameAgain() throws IOException {
        assertThat(spared()).isFalse();
        push();

        assertThat(spared()).isTrue();
        assertThat(spared()).isTrue();
    }

    @Test
    @DisplayName("not if a file has another content, is gone, or is new, and not again until that is pushed")
    void otherInputs() throws IOException {
        pushed();
        Files.writeString(folder.resolve("app.jar"), "changed");
        assertThat(spared()).isFalse();
        assertThat(spared()).isFalse();

        pushed();
        Files.writeString(folder.resolve("lib/b.jar"), "b");
        assertThat(spared()).isFalse();

        pushed();
        Files.delete(folder.resolve("app.jar"));
        assertThat(spared()).isFalse();
    }

    @Test
    @DisplayName("not if the registry has the image no more, or another one under its tag")
    void otherImage() throws IOException {
        pushed();
        registry.put(NAME, SECOND);
        assertThat(spared()).isFalse();

        pushed();
        registry.remove(NAME);
        assertThat(spared()).isFalse();
    }

    @Test
    @DisplayName("not if the tag of the base image stands for another one, or nobody knows")
    void otherBase() throws IOException {
        pushed();
        registry.put(BASE, SECOND);
        assertThat(spared()).isFalse();

        pushed();
        registry.remove(BASE);
        assertThat(spared()).isFalse();
        push();
        assertThat(spared()).isFalse();
    }

    @Test
    @DisplayName("not if the last one was broken off")
    void brokenOff() throws IOException {
        pushed();
        Files.writeString(folder.resolve("app.jar"), "changed");
        assertThat(spared()).isFalse();
        // Pushed by somebody else under that tag; this build's own never ended.
        registry.put(NAME, SECOND);

        assertThat(spared()).isFalse();
    }

    private void pushed() throws IOException {
        registry.put(BASE, FIRST);
        spared();
        push();
        assertThat(spared()).isTrue();
    }

    private void push() throws IOException {
        registry.put(NAME, FIRST);
        Files.writeString(folder.resolve("jib-image.digest"), FIRST);
    }

    private boolean spared() {
        SparePush.Image image = new SparePush.Image(
                NAME,
                Optional.of(BASE),
                List.of(folder.resolve("app.jar"), folder.resolve("lib")),
                folder.resolve("jib-image.digest"),
                folder.resolve("gke/pushed"));
        return new SparePush(
                        new BuildOutputs(),
                        (name, limit) -> Optional.ofNullable(registry.get(name))
                                .map(digest -> new PinnedImage(name.name(), "", new ImageDigest(digest)))
                                .orElseThrow(() -> new DeployFailure(
                                        FailureCode.IMAGE_NOT_FOUND, "There is none", name.toString(), "Push it")))
                .run(image, new Hand().journal);
    }
}
