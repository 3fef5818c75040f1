package dev.slipway.gke.model;

/**
 * An image whose digest is known: what is deployed.
 *
 * @param name registry and repository
 * @param tag the tag it was found by, for people; empty if it was named by digest
 * @param digest what it is
 */
public record PinnedImage(String name, String tag, ImageDigest digest) {
    @Override
    public String toString() {
        return name + "@" + digest.value();
    }
}
