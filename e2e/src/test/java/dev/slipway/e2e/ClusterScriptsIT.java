package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
            "keeps its promises: down leaves nothing behind, up comes back after everything was killed, two calls do not collide")
    void keepsItsPromises() {
        Narrator.say("local-cluster/test");

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
