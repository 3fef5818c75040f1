package dev.slipway.gke.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which Helm.
 *
 * @param engine inside the build, or a binary
 * @param executable the binary; found on the PATH if empty
 */
public record HelmConfig(Engine engine, Optional<Path> executable) {
    /** Where Helm comes from. */
    public enum Engine {
        /** helm-java, in a worker JVM: nothing to install. */
        EMBEDDED,
        /** A Helm 3 or 4 binary. */
        CLI
    }
}
