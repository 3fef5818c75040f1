package dev.slipway.gke.model;

/**
 * What the running service answered.
 *
 * @param status the HTTP status
 * @param body the body, at most its first 64 KiB
 */
public record Answer(int status, String body) {}
