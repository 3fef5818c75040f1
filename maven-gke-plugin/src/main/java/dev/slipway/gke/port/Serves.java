package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.Serving;
import java.util.List;

/** Sees which revision the running pods are of, whatever Helm believes. */
@FunctionalInterface
public interface Serves {
    /**
     * {@return what the ready pods are of}
     *
     * @param revisions those that it may be, the newest first
     */
    Serving now(Connection connection, Namespace namespace, List<Release> revisions);
}
