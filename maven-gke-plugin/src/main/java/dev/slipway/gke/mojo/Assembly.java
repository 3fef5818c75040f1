package dev.slipway.gke.mojo;

import dev.slipway.gke.config.HelmConfig;
import dev.slipway.gke.config.ReleaseConfig;
import dev.slipway.gke.google.GkeClusterDirectory;
import dev.slipway.gke.google.GoogleTokens;
import dev.slipway.gke.helm.CliHelm;
import dev.slipway.gke.helm.EmbeddedHelm;
import dev.slipway.gke.kube.ClusterServices;
import dev.slipway.gke.kube.ClusterWorkloads;
import dev.slipway.gke.kube.KubeClients;
import dev.slipway.gke.kube.KubeconfigDoor;
import dev.slipway.gke.kube.SecretReleaseHistory;
import dev.slipway.gke.model.Secret;
import dev.slipway.gke.pipeline.Tools;
import dev.slipway.gke.port.ClusterDoor;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.registry.OciImageRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.apache.maven.plugin.logging.Log;

/** Wires the adapters to the ports: the only class that names an adapter. Everything below can be built in a test with {@code new}. */
final class Assembly implements AutoCloseable {
    private final RunFolder folder = new RunFolder();
    private final ReleaseEngine engine;
    private final ClusterDoor door;
    private final KubeClients clients;
    private final Tools tools;

    private Assembly(ReleaseConfig config, ReleaseMojo mojo) {
        Clock clock = Clock.systemUTC();
        engine = engine(config.helm(), folder.path(), mojo.getLog());
        door = new KubeconfigDoor(folder.path(), clock);
        Pause pause = new ThreadPause();
        clients = new KubeClients(pause, clock);
        Optional<Secret> key = Written.first(System.getenv("GKE_SA_KEY")).map(Secret::new);
        tools = new Tools(
                () -> GoogleTokens.from(key, config.googleEndpoint()),
                new GkeClusterDirectory(config.googleEndpoint()),
                door,
                new OciImageRegistry(
                        new RegistryAccounts(mojo.session, mojo.decrypter)::login, mojo.registriesWithoutTls()),
                engine,
                new SecretReleaseHistory(clients),
                new ClusterWorkloads(clients),
                new ClusterServices(clients),
                pause,
                clock);
    }

    static Assembly of(ReleaseConfig config, ReleaseMojo mojo) {
        return new Assembly(config, mojo);
    }

    static ReleaseEngine engine(HelmConfig helm, Path folder, Log log) {
        return helm.engine() == HelmConfig.Engine.EMBEDDED
                ? new EmbeddedHelm(folder, log::debug)
                : new CliHelm(folder, helm.executable(), log::debug);
    }

    Tools tools() {
        return tools;
    }

    @Override
    public void close() {
        engine.close();
        clients.close();
        door.close();
        folder.close();
    }
}
