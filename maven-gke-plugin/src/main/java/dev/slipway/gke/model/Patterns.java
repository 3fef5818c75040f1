package dev.slipway.gke.model;

import java.util.regex.Pattern;

/** The shapes of names, each with its source. */
final class Patterns {
    /** RFC 1123 label, as Kubernetes uses it for namespaces. */
    static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private Patterns() {}

    static String require(Pattern pattern, String value, String message) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' " + message);
        }
        return value;
    }
}
