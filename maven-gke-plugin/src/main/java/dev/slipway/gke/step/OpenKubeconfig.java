package dev.slipway.gke.step;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.port.ClusterDoor;
import dev.slipway.gke.progress.Progress;
import java.nio.file.Path;

/** Opens the way to the cluster of one context of a kubeconfig file. */
public final class OpenKubeconfig implements Step<Begin, Connection> {
    private final ClusterDoor door;
    private final Path kubeconfig;
    private final String context;

    public OpenKubeconfig(ClusterDoor door, Path kubeconfig, String context) {
        this.door = door;
        this.kubeconfig = kubeconfig;
        this.context = context;
    }

    @Override
    public Connection run(Begin input, Progress progress) {
        Progress.Line line = progress.begin("cluster", "context " + context + " of " + kubeconfig);
        progress.found(Progress.Fact.TARGET, context);
        Connection connection = door.open(kubeconfig, context);
        line.done(connection.cluster() + " at " + connection.server());
        return connection;
    }
}
