package dev.slipway.gke.mojo;

import dev.slipway.gke.model.Finding;
import org.apache.maven.execution.MavenSession;

/** The JDK and the Maven that this build runs with. */
final class Runtimes {
    private static final int OLDEST_JDK = 17;

    private Runtimes() {}

    static Finding of(MavenSession session) {
        String maven = session.getSystemProperties().getProperty("maven.version", "");
        String what = "JDK " + Runtime.version() + " of " + System.getProperty("java.vendor") + ", Maven " + maven;
        return Runtime.version().feature() < OLDEST_JDK || !known(maven)
                ? Finding.warning("build", what, "Use JDK 17 or newer, and Maven 3.8 or newer: others were not tried")
                : Finding.ok("build", what);
    }

    private static boolean known(String maven) {
        return maven.matches("3\\.(8|9|[1-9][0-9])\\..*|4\\..*");
    }
}
