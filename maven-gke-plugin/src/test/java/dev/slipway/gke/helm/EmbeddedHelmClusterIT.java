package dev.slipway.gke.helm;

import dev.slipway.gke.port.ReleaseEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@DisplayName("Helm embedded, on a cluster")
@EnabledIfSystemProperty(named = TestCluster.PROPERTY, matches = ".+", disabledReason = TestCluster.REASON)
class EmbeddedHelmClusterIT extends ClusterContract {
    @Override
    ReleaseEngine engine(Path folder) {
        return new EmbeddedHelm(folder, overheard::add, Charts.NOBODY, ReleaseEngineContract.poisoned());
    }
}
