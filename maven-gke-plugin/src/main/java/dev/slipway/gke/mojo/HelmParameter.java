package dev.slipway.gke.mojo;

import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** {@code <helm>} in the POM: which Helm. */
public final class HelmParameter {
    /** {@code embedded} or {@code cli}. */
    @Parameter
    @Nullable
    String engine;

    /** The binary for {@code cli}. */
    @Parameter
    @Nullable
    String executable;
}
