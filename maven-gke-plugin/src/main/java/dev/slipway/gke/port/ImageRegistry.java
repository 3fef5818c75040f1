package dev.slipway.gke.port;

import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.PinnedImage;
import java.time.Duration;

/** The registry that images are pushed to and pulled from. */
public interface ImageRegistry {
    /**
     * {@return the image with the digest that its tag stands for now; fails if the registry has no such image}
     *
     * @param limit how long it may take, all tries and pauses included
     */
    PinnedImage pin(ImageReference image, Duration limit);
}
