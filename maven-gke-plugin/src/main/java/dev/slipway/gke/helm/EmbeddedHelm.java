package dev.slipway.gke.helm;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.secret.PrivateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Helm 3 without a Helm on the machine: helm-java, in a worker JVM of its own that is started by the first call and lives as long
 * as this engine.
 */
public final class EmbeddedHelm extends HelmEngine {

    private @Nullable WorkerProcess worker;

    /**
     * Starts nothing yet.
     *
     * @param privateFolder where it may make a folder of its own, for its owner's eyes only; on a file system that may hold
     *     libraries
     * @param debug takes a line of what Helm prints beside its answers, masked
     * @param accounts by the registry's host and port, for charts that are in one
     */
    public EmbeddedHelm(
            Path privateFolder, Consumer<String> debug, Function<String, Optional<RegistryCredentials>> accounts) {
        this(privateFolder, debug, accounts, System.getenv());
    }

    /** {@code environment}: that of this process; Helm gets little of it. */
    EmbeddedHelm(
            Path privateFolder,
            Consumer<String> debug,
            Function<String, Optional<RegistryCredentials>> accounts,
            Map<String, String> environment) {
        super(privateFolder, debug, accounts, environment);
    }

    @Override
    public synchronized String version() {
        try {
            return "Helm " + worker().begun(OFFLINE).replaceFirst("^v", "") + ", embedded";
        } catch (HelmException e) {
            overhear("Its version is not known: " + e.words());
            return "Helm 3, embedded";
        }
    }

    @Override
    public synchronized void prepare() {
        try {
            worker().begin();
        } catch (DeployFailure failure) {
            overhear("It could not be prepared: " + failure.what());
        }
    }

    /** {@return the worker's process id, if it runs; for tests} */
    synchronized Optional<Long> workerId() {
        return Optional.ofNullable(worker).filter(WorkerProcess::alive).map(WorkerProcess::pid);
    }

    @Override
    String lintText(Path chart) throws HelmException {
        return worker().ask(Map.of("op", List.of("lint"), "chart", List.of(chart.toString())), OFFLINE);
    }

    @Override
    Rendering rendering(Request request, Optional<Connection> connection, boolean exists, PrivateFolder work)
            throws HelmException {
        Path folder = Files.isDirectory(request.chart())
                ? request.chart()
                : ChartFiles.unpack(request.chart(), work.folder("unpacked"));
        // Through Helm's own package, because Helm alone knows which files it ignores.
        Path probed = ChartFiles.unpack(packaged(folder, work), work.folder("probed"));
        RenderProbe.instrument(probed);
        Map<String, List<String>> message = message("render", request, probed);
        connection.ifPresent(
                c -> message.put("kubeconfig", List.of(c.kubeconfig().toString())));
        message.put("exists", List.of(Boolean.toString(exists)));
        String report = worker().ask(message, connection.isPresent() ? DRY_RUN : OFFLINE);
        Rendering rendering = RenderProbe.read(report);
        return connection.isPresent()
                ? rendering
                : new Rendering(rendering.chart(), rendering.manifest(), rendering.hooks(), "");
    }

    @Override
    void releaseNow(Request request, Connection connection, boolean exists, Duration limit) throws HelmException {
        Map<String, List<String>> message = message("release", request, request.chart());
        message.put("kubeconfig", List.of(connection.kubeconfig().toString()));
        message.put("exists", List.of(Boolean.toString(exists)));
        message.put("seconds", List.of(Long.toString(Math.max(1, limit.toSeconds()))));
        worker().ask(message, limit.plus(MARGIN));
    }

    @Override
    void testNow(Connection connection, String namespace, String release, Duration limit) throws HelmException {
        worker().ask(
                        Map.of(
                                "op", List.of("test"),
                                "release", List.of(release),
                                "namespace", List.of(namespace),
                                "kubeconfig", List.of(connection.kubeconfig().toString()),
                                "seconds", List.of(Long.toString(Math.max(1, limit.toSeconds())))),
                        limit.plus(MARGIN));
    }

    @Override
    void uninstallNow(Connection connection, String namespace, String release, Duration limit) throws HelmException {
        worker().ask(
                        Map.of(
                                "op", List.of("uninstall"),
                                "release", List.of(release),
                                "namespace", List.of(namespace),
                                "kubeconfig", List.of(connection.kubeconfig().toString())),
                        limit.plus(MARGIN));
    }

    @Override
    void packageNow(Path chart, Path destination) throws HelmException {
        worker().ask(
                        Map.of(
                                "op", List.of("package"),
                                "chart", List.of(chart.toString()),
                                "destination", List.of(destination.toString())),
                        OFFLINE);
    }

    @Override
    String fetchNow(String reference, boolean plain, Path destination) throws HelmException {
        Path cache = home.folder("cache").resolve("repository");
        List<Path> before = ChartFiles.list(cache);
        worker().ask(
                        Map.of(
                                "op", List.of("fetch"),
                                "chart", List.of(reference),
                                "plain", List.of(Boolean.toString(plain))),
                        OFFLINE);
        try {
            for (Path file : ChartFiles.list(cache)) {
                if (!before.contains(file) && file.toString().endsWith(".tgz")) {
                    Files.move(file, destination.resolve(file.getFileName()));
                }
            }
            // helm-java keeps to itself which digest it got.
            return "";
        } catch (IOException e) {
            throw PrivateFolder.unusable(cache, e);
        }
    }

    @Override
    public synchronized void close() {
        if (worker != null) {
            worker.close();
            worker = null;
        }
        super.close();
    }

    private static Map<String, List<String>> message(String operation, Request request, Path chart) {
        Map<String, List<String>> message = new LinkedHashMap<>();
        message.put("op", List.of(operation));
        message.put("chart", List.of(chart.toString()));
        message.put("release", List.of(request.release()));
        message.put("namespace", List.of(request.namespace()));
        message.put("description", List.of(request.plan().description()));
        message.put("values", request.values().stream().map(Path::toString).toList());
        return message;
    }

    private WorkerProcess worker() {
        WorkerProcess running = worker;
        if (running == null || !running.alive()) {
            running = WorkerProcess.start(home, environment, this::overhear);
            worker = running;
        }
        return running;
    }
}
