package dev.slipway.gke.mojo;

import dev.slipway.gke.config.ReleaseSettings;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What every goal has that works with Helm. */
abstract class HelmMojo extends GkeMojo {
    /**
     * Which Helm: {@code embedded}, inside the build, or {@code cli}, a Helm 3 or 4 binary, found on the PATH or named by
     * {@code <executable>}, for example {@code <engine>cli</engine><executable>/usr/local/bin/helm</executable>}. Without it
     * {@code embedded}.
     *
     * @since 0.1
     */
    @Parameter
    @Nullable
    HelmParameter helm;

    /**
     * Engine of Helm for the command line, {@code embedded} or {@code cli}; goes before {@code <helm><engine>}, for example {@code cli}.
     * Without it {@code <helm>} says it.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.helm.engine")
    @Nullable
    String helmEngine;

    /**
     * Helm binary for the command line; goes before {@code <helm><executable>}, for example {@code /usr/local/bin/helm}.
     * Without it {@code <helm>} says it, or else the PATH.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.helm.executable")
    @Nullable
    String helmExecutable;

    /** {@return what was written about Helm} */
    final ReleaseSettings.Helm helmSettings() {
        return new ReleaseSettings.Helm(
                Written.first(helmEngine, helm == null ? null : helm.engine),
                Written.first(helmExecutable, helm == null ? null : helm.executable));
    }
}
