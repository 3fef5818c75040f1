package dev.slipway.gke.port;

import dev.slipway.gke.model.AccessToken;

/** Proof of who we are to Google and to a GKE API server, fresh for as long as the run lasts. Thread safe. */
public interface TokenSource {
    /** {@return a token that is good for at least a minute; asks for a new one when the last is about to end} */
    AccessToken token();

    /**
     * {@return a new token in the place of one that a server has refused before its time}
     *
     * @throws dev.slipway.gke.failure.DeployFailure {@code CREDENTIALS_EXPIRED} if there is none: key or login were revoked, or have
     *     ended
     */
    default AccessToken insteadOf(AccessToken refused) {
        return token();
    }

    /** {@return who the tokens stand for, such as a service account's e-mail address} */
    String identity();
}
