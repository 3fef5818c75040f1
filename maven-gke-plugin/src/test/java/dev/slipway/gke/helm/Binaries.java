package dev.slipway.gke.helm;

import java.nio.file.Path;
import java.util.stream.Stream;

/** The Helm binaries that tests are given, by the system property {@value #PROPERTY}: paths with commas between them. */
final class Binaries {
    static final String PROPERTY = "helm.binaries";
    static final String REASON = "needs Helm binaries: -Dhelm.binaries=PATH,PATH";

    private Binaries() {}

    static Stream<Path> all() {
        return Stream.of(System.getProperty(PROPERTY, "").split(",", -1))
                .filter(path -> !path.isBlank())
                .map(Path::of);
    }
}
