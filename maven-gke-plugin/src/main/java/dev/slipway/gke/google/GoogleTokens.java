package dev.slipway.gke.google;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.Secret;
import dev.slipway.gke.port.TokenSource;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;

/** Chooses how we prove to Google who we are. */
public final class GoogleTokens {
    private GoogleTokens() {}

    /**
     * {@return the service account's tokens if there is a key, else those of the application default credentials}
     *
     * @param key the text of {@code GKE_SA_KEY}; empty or blank if there is none
     * @param googleEndpoint what stands in for Google, for tests ({@code gke.googleEndpoint})
     * @throws DeployFailure if there are no credentials, or they make no sense, or they would be shown to somebody else than Google
     */
    public static TokenSource from(Optional<Secret> key, Optional<URI> googleEndpoint) {
        GoogleEndpoints endpoints = new GoogleEndpoints(googleEndpoint);
        Optional<Secret> given = key.filter(text -> !text.reveal().isBlank());
        return given.isPresent()
                ? ServiceAccountTokens.from(given.get(), endpoints, Clock.systemUTC())
                : ApplicationDefaultTokens.find(endpoints, Clock.systemUTC());
    }
}
