package dev.slipway.gke.mojo;

import dev.slipway.gke.config.RunBy;
import dev.slipway.gke.model.SourceState;
import dev.slipway.gke.pipeline.Deployer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;

/** Who runs this build, and from which sources. */
final class ThisBuild {
    private ThisBuild() {}

    static Deployer of(MavenSession session) {
        SourceState source = Sources.of(session);
        return new Deployer(
                RunBy.of(
                        System.getenv(),
                        System.getProperty("user.name", "somebody"),
                        host(),
                        ProcessHandle.current().pid(),
                        source.commit()),
                source,
                commit -> Sources.lineage(session, commit));
    }

    private static String host() {
        return Optional.ofNullable(System.getenv("HOSTNAME"))
                .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
                .filter(name -> !name.isBlank())
                .orElseGet(ThisBuild::asked);
    }

    private static String asked() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "a machine without a name";
        }
    }
}
