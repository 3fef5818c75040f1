package dev.slipway.gke.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Whether a registry would take an image")
class PushTrialTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FakeRegistry registry = new FakeRegistry();

    @AfterEach
    void stop() {
        registry.close();
    }

    @ParameterizedTest
    @EnumSource(FakeRegistry.Login.class)
    @DisplayName("is tried by beginning to push, however it wants the login, and nothing of it stays")
    void takes(FakeRegistry.Login login) {
        registry.login(login);

        as(FakeRegistry.PASSWORD).tryPush(image(), MINUTE);

        assertThat(registry.requests()).anyMatch(request -> request.method().equals("POST"));
        assertThat(registry.requests())
                .last()
                .extracting(FakeRegistry.Request::method)
                .isEqualTo("DELETE");
        assertThat(registry.uploads()).isZero();
    }

    @Test
    @DisplayName("is denied to whom it does not know, and the password is not in what is said")
    void wrongPassword() {
        registry.login(FakeRegistry.Login.BASIC);

        DeployFailure failure = failure(as("wrong-password"));

        assertThat(failure.code()).isEqualTo(FailureCode.REGISTRY_DENIED);
        assertThat(failure.what())
                .isEqualTo("The registry does not let robot push to the image's repository: it answers 401");
        assertThat(failure.what() + failure.tryThis()).doesNotContain("wrong-password");
    }

    @Test
    @DisplayName("is denied to who may only look")
    void forbidden() {
        registry.forbid();

        DeployFailure failure =
                failure(new OciImageRegistry(host -> Optional.empty(), Set.of(), Proxies.NONE, new NoPause()));

        assertThat(failure.what()).isEqualTo("The registry takes images only from whom it knows: it answers 403");
    }

    private DeployFailure failure(OciImageRegistry asked) {
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> asked.tryPush(image(), MINUTE));
        assertThat(failure).isNotNull();
        assertThat(registry.uploads()).isZero();
        return failure;
    }

    private ImageReference image() {
        return ImageReference.parse(registry.host() + "/acme/ml-service:1");
    }

    private static OciImageRegistry as(String password) {
        return new OciImageRegistry(
                host -> Optional.of(new RegistryCredentials(FakeRegistry.USER, new Secret(password))),
                Set.of(),
                Proxies.NONE,
                new NoPause());
    }
}
