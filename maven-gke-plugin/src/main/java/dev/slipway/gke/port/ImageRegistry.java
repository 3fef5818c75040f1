package dev.slipway.gke.port;

import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.PinnedImage;

/** The registry that images are pushed to and pulled from. */
public interface ImageRegistry {
    /** {@return the image with the digest that its tag stands for now; fails if the registry has no such image} */
    PinnedImage pin(ImageReference image);
}
