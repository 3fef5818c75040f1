package dev.slipway.gke.step;

import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.port.ImageRegistry;
import dev.slipway.gke.progress.Progress;
import java.util.Optional;

/** Asks the registry which digest the image's tag stands for: a tag can be moved, a digest is what was built. */
public final class PinImage implements Step<Site, PinImage.Pinned> {
    private final ImageRegistry registry;
    private final Optional<ImageReference> image;
    private final Deadline deadline;

    /**
     * What is known then.
     *
     * @param site where the release goes
     * @param image what is to run; empty if the chart names its images itself
     */
    public record Pinned(Site site, Optional<PinnedImage> image) {}

    public PinImage(ImageRegistry registry, Optional<ImageReference> image, Deadline deadline) {
        this.registry = registry;
        this.image = image;
        this.deadline = deadline;
    }

    @Override
    public Pinned run(Site site, Progress progress) {
        if (image.isEmpty()) {
            return new Pinned(site, Optional.empty());
        }
        Progress.Line line = progress.begin("image", image.get().toString());
        PinnedImage pinned = registry.pin(image.get(), deadline.left());
        progress.found(Progress.Fact.IMAGE, pinned.toString());
        line.done(pinned.toString());
        return new Pinned(site, Optional.of(pinned));
    }
}
