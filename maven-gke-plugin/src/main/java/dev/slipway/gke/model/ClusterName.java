package dev.slipway.gke.model;

import java.util.regex.Pattern;

/**
 * The full name of a GKE cluster.
 *
 * @param project project id, such as {@code acme-ml}; may carry a domain ({@code example.com:acme-ml})
 * @param location zone or region, such as {@code europe-west1-b} or {@code europe-west1}
 * @param name the cluster's name in that location
 */
public record ClusterName(String project, String location, String name) {
    private static final Pattern PROJECT = Pattern.compile("([a-z0-9.-]+:)?[a-z0-9-]+");
    private static final Pattern PART = Pattern.compile("[a-z0-9-]+");

    public ClusterName {
        Patterns.require(PROJECT, project, "is no project id: only lower case letters, digits and '-'");
        Patterns.require(PART, location, "is no zone or region, such as europe-west1-b or europe-west1");
        Patterns.require(PART, name, "is no cluster name: only lower case letters, digits and '-'");
    }

    /** {@return the resource name that Google's API takes} */
    public String resource() {
        return "projects/" + project + "/locations/" + location + "/clusters/" + name;
    }

    /** {@return the name that Google's tools give the context, {@code gke_PROJECT_LOCATION_NAME}} */
    @Override
    public String toString() {
        return "gke_" + project + "_" + location + "_" + name;
    }
}
