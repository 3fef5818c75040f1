package dev.slipway.gke.model;

import java.util.regex.Pattern;

/**
 * The name of a Helm release: an RFC 1123 label of at most 53 characters, Helm's own limit.
 *
 * @param value the name
 */
public record ReleaseName(String value) {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?");

    public ReleaseName {
        Patterns.require(
                SHAPE,
                value,
                "is no release name: only lower case letters, digits and '-', at most 53, beginning and ending with a letter or digit");
    }

    @Override
    public String toString() {
        return value;
    }
}
