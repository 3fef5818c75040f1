package dev.slipway.gke.mojo;

import dev.slipway.gke.config.HelmConfig;
import dev.slipway.gke.config.ReleaseConfig;
import dev.slipway.gke.google.GkeClusterDirectory;
import dev.slipway.gke.google.GoogleTokens;
import dev.slipway.gke.google.IamPermissions;
import dev.slipway.gke.helm.ChartInputs;
import dev.slipway.gke.helm.CliHelm;
import dev.slipway.gke.helm.EmbeddedHelm;
import dev.slipway.gke.kube.ClusterDiagnostics;
import dev.slipway.gke.kube.ClusterHooks;
import dev.slipway.gke.kube.ClusterServices;
import dev.slipway.gke.kube.ClusterWorkloads;
import dev.slipway.gke.kube.DryRuns;
import dev.slipway.gke.kube.FirstRequest;
import dev.slipway.gke.kube.KubeClients;
import dev.slipway.gke.kube.KubeconfigDoor;
import dev.slipway.gke.kube.LeaseLock;
import dev.slipway.gke.kube.ReviewedAccess;
import dev.slipway.gke.kube.SecretReleaseHistory;
import dev.slipway.gke.kube.ServingPods;
import dev.slipway.gke.model.Endpoint;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.pipeline.Tools;
import dev.slipway.gke.port.ClusterDoor;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.registry.OciImageRegistry;
import dev.slipway.gke.source.BuildOutputs;
import dev.slipway.gke.step.Examine;
import dev.slipway.gke.step.SparePush;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.settings.Settings;

/** Wires the adapters to the ports: the only class that names an adapter. Everything below can be built in a test with {@code new}. */
final class Assembly implements AutoCloseable {
    private final RunFolder folder = new RunFolder();
    private final ReleaseEngine engine;
    private final ClusterDoor door;
    private final KubeClients clients;
    private final Tools tools;
    private final Examine.Ports doctorPorts;

    private Assembly(ReleaseConfig config, ReleaseMojo mojo) {
        Clock clock = Clock.systemUTC();
        RegistryAccounts accounts = new RegistryAccounts(mojo.session, mojo.decrypter);
        engine = engine(config.helm(), folder.path(), mojo.getLog(), accounts::login);
        Pause pause = new ThreadPause();
        Supplier<Proxies> written =
                () -> ProxySettings.of(mojo.session.getSettings(), System::getProperty, System::getenv);
        Proxies proxies = config.target().fold(gke -> written.get(), kubeconfig -> ProxySettings.orNone(written));
        // Whoever brings a kubeconfig gets what kubectl would do with it.
        Proxies toCluster = config.target()
                .fold(
                        gke -> proxies,
                        kubeconfig -> ProxySettings.orNone(() -> ProxySettings.ofEnvironment(System::getenv)));
        KubeconfigDoor opened = new KubeconfigDoor(folder.path(), clock, pause, toCluster);
        door = opened;
        clients = new KubeClients(pause, clock, opened);
        OciImageRegistry registry = new OciImageRegistry(accounts::login, mojo.registriesWithoutTls(), proxies, pause);
        tools = new Tools(
                Once.of(() -> GoogleTokens.from(
                        System::getenv,
                        config.target().fold(gke -> gke.impersonate(), kubeconfig -> Optional.empty()),
                        config.googleEndpoint(),
                        proxies)),
                new GkeClusterDirectory(
                        config.googleEndpoint(),
                        config.target().fold(gke -> gke.endpoint(), kubeconfig -> Endpoint.Choice.AUTO),
                        proxies),
                door,
                registry,
                engine,
                new SecretReleaseHistory(clients),
                new ClusterWorkloads(clients),
                new ClusterHooks(clients),
                new ClusterServices(clients),
                new LeaseLock(clients, mojo.recordsKept()),
                new ServingPods(clients),
                new ClusterDiagnostics(clients),
                new DryRuns(clients),
                new ChartInputs(mojo.pluginVersion),
                new ReviewedAccess(clients),
                pause,
                clock);
        doctorPorts = new Examine.Ports(
                tools.credentials(),
                new IamPermissions(config.googleEndpoint(), proxies),
                tools.clusters(),
                door,
                new ReviewedAccess(clients),
                tools.workloads(),
                tools.history(),
                engine,
                registry,
                registry,
                clock);
    }

    /** {@return whom the doctor asks} */
    Examine.Ports doctorPorts() {
        return doctorPorts;
    }

    static Assembly of(ReleaseConfig config, ReleaseMojo mojo) {
        return new Assembly(config, mojo);
    }

    /** {@return a Helm for charts of this checkout, which needs no registry} */
    static ReleaseEngine engine(HelmConfig helm, Path folder, Log log) {
        return engine(helm, folder, log, registry -> Optional.empty());
    }

    /**
     * {@return what finds out whether a push can be spared}
     *
     * @param plainHttp names of registries elsewhere that have no TLS
     * @param settings Maven's, which may name a proxy
     */
    static SparePush sparePush(RegistryAccounts accounts, Set<String> plainHttp, Settings settings) {
        Proxies proxies = ProxySettings.orNone(() -> ProxySettings.of(settings, System::getProperty, System::getenv));
        return new SparePush(
                new BuildOutputs(), new OciImageRegistry(accounts::login, plainHttp, proxies, new ThreadPause()));
    }

    /** Goes once through what a deploy begins with, for its classes' sake. */
    static void rehearse() {
        FirstRequest.rehearse();
    }

    private static ReleaseEngine engine(
            HelmConfig helm, Path folder, Log log, Function<String, Optional<RegistryCredentials>> accounts) {
        return helm.engine() == HelmConfig.Engine.EMBEDDED
                ? new EmbeddedHelm(folder, log::debug, accounts)
                : new CliHelm(folder, helm.executable(), log::debug, accounts);
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
