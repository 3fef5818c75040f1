package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import java.util.Optional;

/** The Jobs and pods that Helm runs as hooks of a release, seen from beside. */
public interface Hooks {
    /**
     * Begins to watch, before Helm is started: what is there already is of an earlier release, and does not count.
     *
     * @param hooks the objects of the hooks
     */
    Watch watch(Connection connection, Namespace namespace, Manifest hooks);

    /** One release's hooks. */
    interface Watch {
        /** {@return which hook cannot succeed any more and why, as a sentence without its full stop, once that is certain} */
        Optional<String> trouble();
    }
}
