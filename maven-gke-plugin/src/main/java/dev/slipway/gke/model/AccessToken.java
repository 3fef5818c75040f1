package dev.slipway.gke.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** An OAuth 2 access token and when it ends. It prints as stars. */
public final class AccessToken {
    private final Secret token;
    private final Instant expiresAt;

    public AccessToken(String token, Instant expiresAt) {
        this.token = new Secret(token);
        this.expiresAt = requireNonNull(expiresAt, "expiresAt is null");
    }

    /** {@return the token itself} */
    public String reveal() {
        return token.reveal();
    }

    /** {@return the moment from which the token is refused} */
    public Instant expiresAt() {
        return expiresAt;
    }

    @Override
    public String toString() {
        return "AccessToken[****, expires " + expiresAt + "]";
    }
}
