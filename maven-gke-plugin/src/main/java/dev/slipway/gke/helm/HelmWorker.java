package dev.slipway.gke.helm;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.UpgradeCommand;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The program of the worker JVM: Helm, one request at a time. Requests come in by standard input, answers go out by a private
 * copy of standard output; whatever else Java or Go print goes to standard error, or to standard output without the mark.
 *
 * <p>It ends when its input ends, which is also when its owner is killed. A Helm call that is under way then has {@value
 * #GRACE_SECONDS} seconds to end, because a release that is cut off in the middle blocks every later one.
 */
final class HelmWorker {
    /** How long a call may go on after the owner is gone, in seconds. */
    static final int GRACE_SECONDS = 15;

    private static final String END = "";

    private HelmWorker() {}

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        ignoreSignals();

        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        AtomicBoolean busy = new AtomicBoolean();
        Thread reader = new Thread(() -> read(requests, busy), "requests");
        reader.setDaemon(true);
        reader.start();
        for (String request = requests.take(); !request.equals(END); request = requests.take()) {
            busy.set(true);
            // The mark is at the beginning of a line even if Go printed half a line before.
            answers.println("\n" + Wire.MARK + Wire.line(answer(request)));
            busy.set(false);
        }
        System.exit(0);
    }

    private static void read(BlockingQueue<String> requests, AtomicBoolean busy) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                requests.add(line);
            }
        } catch (IOException e) {
            // An input that cannot be read has ended.
        }
        requests.add(END);
        try {
            Thread.sleep(busy.get() ? GRACE_SECONDS * 1000L : 3000L);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(2);
    }

    private static Map<String, List<String>> answer(String line) throws IOException {
        Request request = new Request(Wire.message(line));
        try {
            String out = call(request);
            return answer(request, "out", out == null ? "" : out);
        } catch (LinkageError e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            // The library could not be unpacked.
            return answer(
                    request,
                    root instanceof IOException ? "no-room" : "unavailable",
                    String.valueOf(root.getMessage()));
        } catch (RuntimeException e) {
            return answer(request, "error", String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, List<String>> answer(Request request, String kind, String text) {
        return Map.of("id", request.all("id"), kind, List.of(text));
    }

    private static String call(Request request) {
        return switch (request.one("op")) {
            case "start" -> start();
            case "lint" -> lint(request.one("chart"));
            case "render" ->
                request.has("kubeconfig") && request.flag("exists")
                        ? upgrade(request)
                                .withDryRunOption(DryRun.SERVER)
                                .call()
                                .getOutput()
                        : renderInstall(request);
            case "release" ->
                request.flag("exists")
                        ? upgrade(request).withTimeout(request.seconds()).call().getOutput()
                        : install(request).withTimeout(request.seconds()).call().getOutput();
            case "test" ->
                Helm.test(request.one("release"))
                        .withNamespace(request.one("namespace"))
                        .withKubeConfig(Path.of(request.one("kubeconfig")))
                        .withTimeout(request.seconds())
                        .call()
                        .getOutput();
            case "uninstall" ->
                Helm.uninstall(request.one("release"))
                        .withNamespace(request.one("namespace"))
                        .withKubeConfig(Path.of(request.one("kubeconfig")))
                        .call();
            case "package" -> {
                new Helm(Path.of(request.one("chart")))
                        .packageIt()
                        .withDestination(Path.of(request.one("destination")))
                        .call();
                yield "";
            }
            case "fetch" -> fetch(request);
            default -> throw new IllegalArgumentException("No such operation: " + request.one("op"));
        };
    }

    private static String start() {
        String version = Helm.version().call();
        deleteExtracted(new File(System.getProperty("java.io.tmpdir")));
        return version;
    }

    private static String lint(String chart) {
        LintResult result = new Helm(Path.of(chart)).lint().call();
        return String.join("\n", result.getMessages());
    }

    private static String renderInstall(Request request) {
        InstallCommand install = install(request);
        return (request.has("kubeconfig")
                        ? install.withDryRunOption(DryRun.SERVER)
                        : install.clientOnly().dryRun().withDryRunOption(DryRun.CLIENT))
                .call()
                .getOutput();
    }

    private static InstallCommand install(Request request) {
        InstallCommand install = new Helm(Path.of(request.one("chart")))
                .install()
                .withName(request.one("release"))
                .withNamespace(request.one("namespace"))
                .withDescription(request.one("description"));
        request.all("values").forEach(file -> install.withValuesFile(Path.of(file)));
        request.all("kubeconfig").forEach(file -> install.withKubeConfig(Path.of(file)));
        return install;
    }

    private static UpgradeCommand upgrade(Request request) {
        // resetValues: without any values of its own, an upgrade would silently take those of the revision before.
        UpgradeCommand upgrade = new Helm(Path.of(request.one("chart")))
                .upgrade()
                .resetValues()
                .withName(request.one("release"))
                .withNamespace(request.one("namespace"))
                .withDescription(request.one("description"))
                .withKubeConfig(Path.of(request.one("kubeconfig")));
        request.all("values").forEach(file -> upgrade.withValuesFile(Path.of(file)));
        return upgrade;
    }

    /** helm-java has no pull; but whatever shows a remote chart leaves it in Helm's cache. */
    private static String fetch(Request request) {
        var show = Helm.show(request.one("chart")).chart();
        return (request.flag("plain") ? show.plainHttp() : show).call();
    }

    /** The loaded library needs its file no more; so it cannot be left behind, whatever happens to this process. */
    private static void deleteExtracted(File folder) {
        File[] extracted = folder.listFiles((parent, name) -> name.startsWith("helm-java"));
        for (File library : extracted == null ? new File[0] : extracted) {
            File[] files = library.listFiles();
            boolean gone = true;
            for (File file : files == null ? new File[0] : files) {
                gone &= file.delete();
            }
            if (!gone || !library.delete()) {
                System.err.println("The extracted library stays until the end: " + library);
            }
        }
    }

    /**
     * Ctrl-C goes to every process of the terminal. The owner ends by it, and with it our input: that is the orderly end. By
     * reflection, because the compiler warns of {@code sun.misc} in a way that cannot be switched off.
     */
    private static void ignoreSignals() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ignore = handler.getField("SIG_IGN").get(null);
            for (String name : List.of("INT", "TERM")) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), ignore);
            }
        } catch (ReflectiveOperationException e) {
            System.err.println("Signals are not ignored: " + e);
        }
    }

    /** A request, read. */
    private record Request(Map<String, List<String>> message) {
        boolean has(String field) {
            return !all(field).isEmpty();
        }

        List<String> all(String field) {
            return message.getOrDefault(field, List.of());
        }

        String one(String field) {
            List<String> values = all(field);
            if (values.size() != 1) {
                throw new IllegalArgumentException("The request has no " + field);
            }
            return values.get(0);
        }

        boolean flag(String field) {
            return Boolean.parseBoolean(one(field));
        }

        int seconds() {
            return Integer.parseInt(one("seconds"));
        }
    }
}
