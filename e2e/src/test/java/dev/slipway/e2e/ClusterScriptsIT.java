package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@EndToEnd
@Order(9)
@DisplayName("local-cluster/")
class ClusterScriptsIT {
    private final Workshop workshop;

    ClusterScriptsIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @Order(1)
    @DisplayName("status, logs and kubeconfig say where things are while the cluster is up")
    void speaks() {
        Checkout checkout = workshop.checkout();

        assertThat(checkout.sh("local-cluster/status"))
                .contains("kube-apiserver")
                .doesNotContain("not healthy");
        assertThat(checkout.sh("local-cluster/logs")).contains("kubelet");
        assertThat(checkout.sh("local-cluster/kubeconfig").strip())
                .isEqualTo(workshop.cluster().kubeconfig().toString());
    }

    @Test
    @Order(2)
    @DisplayName(
            "gives the evidence of a failure: Maven's log, the cluster's logs, objects, events, the pods and their logs")
    void evidence() throws IOException {
        Evidence.collect(workshop, "what-a-failure-leaves");

        Path folder = workshop.evidence().resolve("what-a-failure-leaves");
        assertThat(folder.resolve("maven.log")).isNotEmptyFile();
        assertThat(folder.resolve("local-cluster.log")).content().contains("kubelet");
        assertThat(folder.resolve("objects.txt")).content().contains("deployment.apps/ml-service");
        assertThat(folder.resolve("events.txt")).isNotEmptyFile();
        assertThat(folder.resolve("pods.txt")).content().contains("ml-service");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .anyMatch(name -> name.startsWith("pod-prod-ml-service-"));
        }
        Checkout.deleteTree(folder);
    }

    @Test
    @Order(3)
    @DisplayName(
            "keeps its promises: down leaves nothing behind, up comes back after everything was killed, two calls do not collide")
    void keepsItsPromises() {
        Narrator.say("local-cluster/test, which takes about two minutes");

        Program.Result result = Program.of(
                        workshop.checkout().file("local-cluster/test").toString())
                .within(Duration.ofMinutes(10))
                .run();

        result.text().lines().filter(line -> line.startsWith("kept")).forEach(line -> Narrator.say("    " + line));
        assertThat(result.exitCode()).as(result.text()).isZero();
        // It stops and starts the cluster.
        Commands.ran("local-cluster/test");
        Commands.ran("local-cluster/down");
        Commands.ran("local-cluster/up");
    }
}
