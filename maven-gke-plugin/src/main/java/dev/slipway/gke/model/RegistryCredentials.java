package dev.slipway.gke.model;

/**
 * A login at one registry.
 *
 * @param username the user, such as a name at Docker Hub, or {@code oauth2accesstoken} at Google's Artifact Registry
 * @param password the password or access token
 */
public record RegistryCredentials(String username, Secret password) {}
