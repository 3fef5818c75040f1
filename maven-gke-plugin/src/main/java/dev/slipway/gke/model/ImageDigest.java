package dev.slipway.gke.model;

import java.util.regex.Pattern;

/**
 * The digest of an image's manifest: what the image is, wherever its tags point.
 *
 * @param value {@code sha256:} and 64 hexadecimal digits
 */
public record ImageDigest(String value) {
    private static final Pattern SHAPE = Pattern.compile("sha256:[0-9a-f]{64}");

    public ImageDigest {
        Patterns.require(SHAPE, value, "is no image digest, such as sha256:… with 64 hexadecimal digits");
    }

    /** {@return the first twelve digits, enough for a person} */
    public String brief() {
        return value.substring("sha256:".length(), "sha256:".length() + 12);
    }

    @Override
    public String toString() {
        return value;
    }
}
