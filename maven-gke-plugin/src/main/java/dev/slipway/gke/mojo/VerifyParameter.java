package dev.slipway.gke.mojo;

import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** {@code <verify>} in the POM: what the running service is asked after a rollout. */
public final class VerifyParameter {
    /** The path, such as {@code /predict}. */
    @Parameter
    @Nullable
    String path;

    /** JSON to post; a plain GET without it. */
    @Parameter
    @Nullable
    String body;

    /** A regular expression that has to be found in the answer. */
    @Parameter
    @Nullable
    String expect;
}
