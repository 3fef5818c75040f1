package dev.slipway.gke.step;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.port.ClusterDoor;
import dev.slipway.gke.progress.Progress;

/** Opens the way to the cluster that was located, and to no other. */
public final class OpenCluster implements Step<Located, Connection> {
    private final ClusterDoor door;

    public OpenCluster(ClusterDoor door) {
        this.door = door;
    }

    @Override
    public Connection run(Located located, Progress progress) {
        return door.open(located.cluster(), located.tokens());
    }
}
