package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.TryOut;
import java.util.List;

/** The objects as the API server has them, and would have them. */
public interface LiveObjects {
    /** {@return what the API server would make of each object, by a dry run that changes nothing; in the manifest's order} */
    List<TryOut> tryOut(Connection connection, Namespace namespace, Manifest manifest);
}
