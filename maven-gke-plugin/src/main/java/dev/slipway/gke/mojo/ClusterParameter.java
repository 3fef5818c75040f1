package dev.slipway.gke.mojo;

import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** {@code <cluster>} in the POM: which cluster of GKE. */
public final class ClusterParameter {
    /** The Google project. */
    @Parameter
    @Nullable
    String project;

    /** Zone or region. */
    @Parameter
    @Nullable
    String location;

    /** The cluster's name. */
    @Parameter
    @Nullable
    String name;
}
