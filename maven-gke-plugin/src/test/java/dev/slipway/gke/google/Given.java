package dev.slipway.gke.google;

import dev.slipway.gke.google.emulator.GoogleEmulator;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.TokenSource;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** What a build was given to prove who it is. */
final class Given {
    private Given() {}

    /** {@return the tokens of a key in {@code GKE_SA_KEY}} */
    static TokenSource key(String text, GoogleEmulator google) {
        return key(text, google, Clock.systemUTC());
    }

    /** {@return the tokens of a key in {@code GKE_SA_KEY}, by that clock} */
    static TokenSource key(String text, GoogleEmulator google, Clock clock) {
        return of(Map.of("GKE_SA_KEY", text), Optional.empty(), google, clock);
    }

    /** {@return the tokens of whatever is in the environment, perhaps of another account} */
    static TokenSource of(
            Map<String, String> variables, Optional<String> impersonate, GoogleEmulator google, Clock clock) {
        return GoogleTokens.from(variables::get, impersonate, Optional.of(google.endpoint()), Proxies.NONE, clock);
    }
}
