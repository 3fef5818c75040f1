package dev.slipway.gke.port;

import dev.slipway.gke.model.AccessToken;

/** Proof of who we are to Google and to a GKE API server, fresh for as long as the run lasts. Thread safe. */
public interface TokenSource {
    /** {@return a token that is good for at least a minute; asks for a new one when the last is about to end} */
    AccessToken token();

    /** {@return who the tokens stand for, such as a service account's e-mail address} */
    String identity();
}
