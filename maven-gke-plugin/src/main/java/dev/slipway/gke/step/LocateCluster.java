package dev.slipway.gke.step;

import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.port.ClusterDirectory;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.progress.Progress;
import java.util.stream.Collectors;

/** Looks the cluster up by project, location and name. */
public final class LocateCluster implements Step<TokenSource, Located> {
    private final ClusterDirectory clusters;
    private final ClusterName name;

    public LocateCluster(ClusterDirectory clusters, ClusterName name) {
        this.clusters = clusters;
        this.name = name;
    }

    @Override
    public Located run(TokenSource tokens, Progress progress) {
        Progress.Line line = progress.begin("cluster", name.toString());
        progress.found(Progress.Fact.TARGET, name.toString());
        Cluster cluster = clusters.find(name, tokens);
        cluster.warning().ifPresent(progress::warn);
        line.done(name + " at "
                + cluster.endpoints().stream()
                        .map(endpoint -> endpoint.server().toString())
                        .collect(Collectors.joining(" or ")));
        return new Located(cluster, tokens);
    }
}
