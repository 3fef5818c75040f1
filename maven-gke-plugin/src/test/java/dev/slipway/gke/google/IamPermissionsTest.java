package dev.slipway.gke.google;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.google.emulator.EmulatedServiceAccount;
import dev.slipway.gke.google.emulator.GoogleEmulator;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.TokenSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Google's Resource Manager")
class IamPermissionsTest {
    private static final Set<String> WANTED = Set.of("container.clusters.get", "container.clusters.connect");

    private final GoogleEmulator google = GoogleEmulator.start();
    private final EmulatedServiceAccount deployer = google.newServiceAccount("acme", "deployer");
    private final TokenSource tokens = Given.key(deployer.keyText(), google);
    private final IamPermissions permissions = new IamPermissions(Optional.of(google.endpoint()), Proxies.NONE);

    @AfterEach
    void stop() {
        google.close();
    }

    @Test
    @DisplayName("tells which permissions an account has")
    void held() {
        assertThat(permissions.held("acme", WANTED, tokens)).hasValue(WANTED);

        google.takeAway(deployer, "container.clusters.connect");
        assertThat(permissions.held("acme", WANTED, tokens)).hasValue(Set.of("container.clusters.get"));
    }

    @Test
    @DisplayName("may be switched off, which is no answer")
    void off() {
        google.fail("/v1/projects/acme:testIamPermissions", 403, 5);

        assertThat(permissions.held("acme", WANTED, tokens)).isEmpty();
    }

    @Test
    @DisplayName("has a clock, on every answer")
    void time() {
        assertThat(Duration.between(permissions.time().orElseThrow(), Instant.now())
                        .abs())
                .isLessThan(Duration.ofSeconds(5));

        google.close();
        assertThat(permissions.time()).isEmpty();
    }
}
