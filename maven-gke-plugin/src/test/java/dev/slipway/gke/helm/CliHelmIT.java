package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.port.ReleaseEngine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Helm as a binary")
@EnabledIfSystemProperty(named = Binaries.PROPERTY, matches = ".+", disabledReason = Binaries.REASON)
@ParameterizedClass
@MethodSource("dev.slipway.gke.helm.Binaries#all")
class CliHelmIT extends ReleaseEngineContract {
    @Parameter
    @Nullable
    Path binary;

    @Override
    ReleaseEngine engine(Path folder, Function<String, Optional<RegistryCredentials>> accounts) {
        return new CliHelm(folder, Optional.of(Objects.requireNonNull(binary)), overheard::add, accounts, poisoned());
    }

    @Test
    @DisplayName("packs the same bytes and renders the same objects as the embedded one")
    void likeEmbedded() {
        try (ReleaseEngine embedded =
                new EmbeddedHelm(temp.resolve("other"), overheard::add, Charts.NOBODY, poisoned())) {
            Instant time = Instant.parse("2026-01-01T00:00:00Z");
            assertThat(engine.pack(Charts.beacon(), temp.resolve("a"), "1.0.0", time))
                    .hasSameBinaryContentAs(embedded.pack(Charts.beacon(), temp.resolve("b"), "1.0.0", time));
            Rendering one = engine.render(Charts.plan(Charts.beacon(), List.of(), Map.of("replicas", 7)));
            Rendering other = embedded.render(Charts.plan(Charts.beacon(), List.of(), Map.of("replicas", 7)));
            assertThat(one.manifest().sameAs(other.manifest())).isTrue();
            assertThat(one.hooks().sameAs(other.hooks())).isTrue();
            assertThat(one.chart()).isEqualTo(other.chart());
        }
    }
}
