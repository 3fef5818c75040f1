package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /** {@return what a Helm answers about a namespace; it has to end well} */
    static String run(Path helm, TestCluster cluster, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                helm.toString(),
                "--namespace",
                cluster.namespace,
                "--kubeconfig",
                cluster.connection().kubeconfig().toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
