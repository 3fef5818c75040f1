package dev.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The cluster of {@code local-cluster/}, looked at with kubectl as its administrator. */
final class Cluster {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern KUBECTL = Pattern.compile("(?m)^kubectl\\s+(\\S+)$");

    private final Path scripts;
    private final Path kubeconfig;
    private final String kubectl;

    /** @param scripts the folder {@code local-cluster/} of a checkout, whose cluster is up */
    Cluster(Path scripts) {
        this.scripts = scripts;
        kubeconfig = Path.of(
                Program.of(scripts.resolve("kubeconfig").toString()).text().strip());
        Matcher match = KUBECTL.matcher(
                Program.of(scripts.resolve("status").toString()).run().text());
        if (!match.find()) {
            throw new AssertionError("local-cluster/status does not say where kubectl is");
        }
        kubectl = match.group(1);
    }

    /** {@return the file that names the cluster and its administrator} */
    Path kubeconfig() {
        return kubeconfig;
    }

    /** {@return the PEM of the authority of the API server's certificate} */
    String authority() {
        try {
            return Files.readString(kubeconfig.resolveSibling("pki").resolve("ca.crt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the kubeconfig, the bytes of the authority's certificate in it} */
    JsonNode known() {
        try {
            return JSON.readTree(
                    kubectl("config", "view", "--raw", "-o", "json").text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the API server as a power cut would; {@link #up()} starts it again. */
    void killApiServer() {
        Narrator.say("    the API server is killed");
        try {
            // The pid file has the pid first.
            String pid = Files.readString(kubeconfig.resolveSibling("run").resolve("kube-apiserver.pid"))
                    .split(" ", -1)[0];
            Program.of("kill", "-9", pid).text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts what does not run. */
    void up() {
        Narrator.say("    local-cluster/up");
        Program.of(scripts.resolve("up").toString()).text();
    }

    /** {@return kubectl with these arguments, not run yet} */
    Program kubectl(String... arguments) {
        return Program.of(kubectl, "--kubeconfig", kubeconfig.toString(), "--context", "local")
                .and(arguments);
    }

    /** {@return the objects that {@code kubectl get} finds} */
    JsonNode get(String... arguments) {
        try {
            return JSON.readTree(kubectl("get").and(arguments).and("-o", "json").text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates or changes what a manifest says. */
    void apply(String manifest) {
        try {
            Path file = Files.createTempFile("slipway-e2e-", ".yaml");
            Files.writeString(file, manifest);
            try {
                kubectl("apply", "-f", file.toString()).text();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
