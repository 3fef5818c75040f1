package dev.slipway.gke.google.emulator;

/**
 * A request that the emulator answered; never any secret of it.
 *
 * @param method the HTTP method
 * @param path the path, without its query
 * @param status the status that was answered
 * @param authorized whether the caller proved who he is: a good signature, or a token that lives
 * @param identity whom he proved to be, an e-mail address; empty if nobody
 */
public record RecordedRequest(String method, String path, int status, boolean authorized, String identity) {}
