package dev.slipway.gke.port;

import dev.slipway.gke.model.ImageReference;
import java.time.Duration;

/** Whether a registry would take an image. */
public interface PushTrial {
    /**
     * Begins to push to the image's repository and takes it back at once; fails if the registry does not let us.
     *
     * @param limit how long it may take
     */
    void tryPush(ImageReference image, Duration limit);
}
