package dev.slipway.gke.model;

/**
 * The name of a Kubernetes namespace: an RFC 1123 label of at most 63 characters.
 *
 * @param value the name
 */
public record Namespace(String value) {
    public Namespace {
        Patterns.require(
                Patterns.DNS_LABEL,
                value,
                "is no namespace: only lower case letters, digits and '-', at most 63, beginning and ending with a letter or digit");
    }

    @Override
    public String toString() {
        return value;
    }
}
