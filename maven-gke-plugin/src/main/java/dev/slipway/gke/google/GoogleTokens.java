package dev.slipway.gke.google;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.model.Secret;
import dev.slipway.gke.port.TokenSource;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Proves to Google who we are, by what the build was given: a key, the credentials of the machine, and perhaps another account. */
public final class GoogleTokens implements TokenSource {
    private final String identity;
    private final FreshToken token;

    private GoogleTokens(Login login, Optional<String> behind, Clock clock) {
        this.identity = login.identity();
        this.token = new FreshToken(
                login.credentials(), new TokenFailures(identity, behind, login.source(), login.host()), clock);
    }

    /**
     * {@return the service account's tokens if there is a key, else those of the application default credentials}
     *
     * @param variables the environment: {@code GKE_SA_KEY}, {@code GOOGLE_APPLICATION_CREDENTIALS}
     * @param impersonate e-mail address of the account to act as ({@code gke.impersonate}); empty to act as oneself
     * @param googleEndpoint what stands in for Google, for tests ({@code gke.googleEndpoint})
     * @param proxies the way out
     * @throws DeployFailure if there are no credentials, or they make no sense, or they would be shown to somebody else than Google
     */
    public static TokenSource from(
            UnaryOperator<@Nullable String> variables,
            Optional<String> impersonate,
            Optional<URI> googleEndpoint,
            Proxies proxies) {
        return from(variables, impersonate, googleEndpoint, proxies, Clock.systemUTC());
    }

    static TokenSource from(
            UnaryOperator<@Nullable String> variables,
            Optional<String> impersonate,
            Optional<URI> googleEndpoint,
            Proxies proxies,
            Clock clock) {
        GoogleEndpoints endpoints = new GoogleEndpoints(googleEndpoint);
        GoogleTransport transport = new GoogleTransport(endpoints, proxies);
        Optional<Secret> key = Optional.ofNullable(variables.apply(KeyText.VARIABLE))
                .filter(text -> !text.isBlank())
                .map(Secret::new);
        Login login = key.isPresent()
                ? ServiceAccountKey.login(key.get(), endpoints, transport)
                : DefaultCredentials.login(variables, endpoints, transport);
        return impersonate.isPresent()
                ? new GoogleTokens(login.as(impersonate.get(), transport), Optional.of(login.identity()), clock)
                : new GoogleTokens(login, Optional.empty(), clock);
    }

    @Override
    public AccessToken token() {
        return token.get();
    }

    @Override
    public AccessToken insteadOf(AccessToken refused) {
        return token.insteadOf(refused);
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public String toString() {
        return "GoogleTokens[" + identity + "]";
    }
}
