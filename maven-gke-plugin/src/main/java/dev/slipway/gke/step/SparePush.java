package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.port.BuildFiles;
import dev.slipway.gke.port.ImageRegistry;
import dev.slipway.gke.progress.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether another push of the image would change nothing: what goes into it is as it was at this checkout's last push, and
 * the registry still has under the tag what was pushed then. When in doubt it is pushed: a push too many does no harm.
 */
public final class SparePush implements Step<SparePush.Image, Boolean> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final BuildFiles files;
    private final ImageRegistry registry;

    /**
     * An image that is going to be pushed.
     *
     * @param name its name in the registry, with its tag
     * @param base what it is built on; empty if it has none
     * @param inputs the files and folders that go into it
     * @param digest where whoever pushes it writes the digest
     * @param note where this step notes what went into it
     */
    public record Image(
            ImageReference name, Optional<ImageReference> base, List<Path> inputs, Path digest, Path note) {}

    public SparePush(BuildFiles files, ImageRegistry registry) {
        this.files = files;
        this.registry = registry;
    }

    /** {@return whether the push can be spared; if not, what goes into it is noted, for the next time} */
    @Override
    public Boolean run(Image image, Progress progress) {
        Optional<String> base =
                image.base().isEmpty() ? Optional.of("none") : image.base().flatMap(this::digest);
        String now = image.name() + "\n" + base.orElse("unknown") + "\n" + files.fingerprint(image.inputs()) + "\n";
        if (base.isPresent()
                && now.equals(read(image.note()))
                && digest(image.name())
                        .filter(read(image.digest()).strip()::equals)
                        .isPresent()) {
            return true;
        }
        note(image, now);
        return false;
    }

    /** {@return what the tag stands for; empty if the registry does not say, which whoever pushes will hear for himself} */
    private Optional<String> digest(ImageReference image) {
        try {
            return Optional.of(registry.pin(image, PATIENCE).digest().value());
        } catch (DeployFailure unknown) {
            return Optional.empty();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException nothingThere) {
            return "";
        }
    }

    /** An older digest goes: what is noted is not pushed yet. */
    private static void note(Image image, String text) {
        try {
            Files.deleteIfExists(image.digest());
            Files.createDirectories(image.note().toAbsolutePath().getParent());
            Files.write(image.note(), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new DeployFailure(
                    FailureCode.SOURCE_UNREADABLE,
                    "What goes into the image cannot be noted: " + e.getMessage(),
                    image.note().toString(),
                    "See whether this user may write there",
                    e);
        }
    }
}
