package dev.slipway.gke.fake;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.TryOut;
import dev.slipway.gke.port.LiveObjects;
import dev.slipway.gke.port.ReleaseHistory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An API server that has what was released last, unless somebody has changed it, and takes whatever it is not told to refuse. */
public final class FakeObjects implements LiveObjects {
    /** What somebody has made of an object, by its name. */
    public final Map<String, Map<String, Object>> changed = new HashMap<>();
    /** What it says of an object instead of taking it, by its name. */
    public final Map<String, TryOut.Verdict> verdicts = new HashMap<>();
    /** What the cluster is. */
    public String identity = "kube-system/1";

    private final ReleaseHistory history;

    public FakeObjects(ReleaseHistory history) {
        this.history = history;
    }

    @Override
    public List<TryOut> tryOut(Connection connection, Namespace namespace, Manifest manifest, Manifest before) {
        return manifest.objects().stream()
                .map(object -> new TryOut(
                        object,
                        live(connection, namespace, object),
                        verdicts.getOrDefault(object.name(), new TryOut.Accepted(object.body()))))
                .toList();
    }

    private Optional<Map<String, Object>> live(Connection connection, Namespace namespace, KubeObject object) {
        return history.revisions(connection, namespace, new ReleaseName("ml-service")).stream()
                .findFirst()
                .flatMap(newest -> newest.manifest().objects().stream()
                        .filter(released -> released.name().equals(object.name()))
                        .findFirst())
                .map(released -> changed.getOrDefault(object.name(), released.body()));
    }

    @Override
    public Map<String, Long> memoryInUse(Connection connection, Namespace namespace, KubeObject workload) {
        return Map.of();
    }

    @Override
    public String identity(Connection connection, Namespace namespace) {
        return identity;
    }

    @Override
    public String version(Connection connection) {
        return "v1.34.4";
    }
}
