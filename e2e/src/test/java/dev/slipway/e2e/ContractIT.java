package dev.slipway.e2e;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@EndToEnd
@Order(8)
@DisplayName("The plugin's own contract tests")
class ContractIT {
    private final Workshop workshop;

    ContractIT(Workshop workshop) {
        this.workshop = workshop;
    }

    @Test
    @DisplayName("pass on the real cluster and with the real Helm binaries, none of them skipped")
    void pass() {
        String binaries =
                workshop.helms().stream().map(helm -> helm.path().toString()).collect(joining(","));

        Run run = workshop.checkout()
                .mvn("test -pl maven-gke-plugin")
                .with(
                        "-Dtest=*IT",
                        // They wait for the cluster most of the time: two of them do so at once.
                        "-DforkCount=2",
                        "-Dcluster.kubeconfig=" + workshop.cluster().kubeconfig(),
                        "-Dhelm.kubeconfig=" + workshop.cluster().kubeconfig(),
                        "-Dhelm.binaries=" + binaries)
                .succeeds();

        assertThat(run.lines())
                .anySatisfy(line ->
                        assertThat(line).matches("\\[INFO] Tests run: [1-9]\\d*, Failures: 0, Errors: 0, Skipped: 0"));
    }
}
