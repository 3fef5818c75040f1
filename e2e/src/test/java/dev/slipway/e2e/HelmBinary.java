package dev.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A Helm binary that {@code tools/helm-up} built.
 *
 * @param path the program
 * @param kubeconfig the cluster that it reads, with the context {@code local}
 */
record HelmBinary(Path path, Path kubeconfig) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** {@return Helm 3 and Helm 4} */
    static List<HelmBinary> build(Path tools, Path kubeconfig) {
        return Program.of(tools.resolve("helm-up").toString())
                .text()
                .lines()
                .filter(line -> line.startsWith("/"))
                .map(line -> new HelmBinary(Path.of(line), kubeconfig))
                .toList();
    }

    /** {@return the folder that goes on the PATH} */
    Path folder() {
        return Objects.requireNonNull(path.getParent());
    }

    /** {@return what a command prints about the cluster} */
    String text(String... arguments) {
        return Program.of(path.toString())
                .and(arguments)
                .and("--kubeconfig", kubeconfig.toString(), "--kube-context", "local")
                .text();
    }

    /** {@return the same as JSON} */
    JsonNode json(String... arguments) {
        String[] asJson = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, asJson, 0, arguments.length);
        asJson[arguments.length] = "-o";
        asJson[arguments.length + 1] = "json";
        try {
            return JSON.readTree(text(asJson));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return String.valueOf(folder().getFileName());
    }
}
