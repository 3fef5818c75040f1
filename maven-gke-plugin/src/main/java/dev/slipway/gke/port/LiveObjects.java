package dev.slipway.gke.port;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.TryOut;
import java.util.List;
import java.util.Map;

/** The objects as the API server has them, and would have them. Nothing here changes anything. */
public interface LiveObjects {
    /**
     * {@return what the API server would make of each object if {@code manifest} were released over {@code before}, by a dry run that
     * changes nothing; in the manifest's order}
     *
     * @param before what was released last: what it says and {@code manifest} does not is taken away
     */
    List<TryOut> tryOut(Connection connection, Namespace namespace, Manifest manifest, Manifest before);

    /** {@return what the API server would make of each object, with nothing taken away} */
    default List<TryOut> tryOut(Connection connection, Namespace namespace, Manifest manifest) {
        return tryOut(connection, namespace, manifest, manifest);
    }

    /** {@return how many bytes each container of the workload uses now, the most of its pods; empty if nobody measures or tells} */
    Map<String, Long> memoryInUse(Connection connection, Namespace namespace, KubeObject workload);

    /** {@return what the cluster is, whatever address it is reached at: it stays the same for as long as the cluster lives} */
    String identity(Connection connection, Namespace namespace);

    /** {@return the API server's version, such as {@code v1.34.4}} */
    String version(Connection connection);
}
