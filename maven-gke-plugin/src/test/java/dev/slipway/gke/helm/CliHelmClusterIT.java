package dev.slipway.gke.helm;

import dev.slipway.gke.port.ReleaseEngine;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Helm as a binary, on a cluster")
@EnabledIfSystemProperty(named = Binaries.PROPERTY, matches = ".+", disabledReason = Binaries.REASON)
@EnabledIfSystemProperty(named = TestCluster.PROPERTY, matches = ".+", disabledReason = TestCluster.REASON)
@ParameterizedClass
@MethodSource("dev.slipway.gke.helm.Binaries#all")
class CliHelmClusterIT extends ClusterContract {
    private final Path binary;

    CliHelmClusterIT(Path binary) {
        this.binary = binary;
    }

    @Override
    ReleaseEngine engine(Path folder) {
        return new CliHelm(
                folder, Optional.of(binary), overheard::add, Charts.NOBODY, ReleaseEngineContract.poisoned());
    }
}
