package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** All goals on one release of a small service, while the environment names another cluster. */
@EndToEnd
@Order(6)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("Every goal stays with the cluster that was named, and the one of the environment gets not one request:")
class AmbientIT {
    private final Workshop workshop;
    private final Faulty faulty;

    AmbientIT(Workshop workshop) {
        this.workshop = workshop;
        faulty = workshop.faulty("canary-ambient");
    }

    @AfterAll
    void takeAway() {
        faulty.deleteNamespace();
    }

    @Test
    @Order(1)
    @DisplayName(
            "with the embedded Helm, deploy, doctor, plan, status, logs, verify with its tests, rollback, undeploy")
    void embedded() throws IOException {
        all();
    }

    @Test
    @Order(2)
    @DisplayName("with Helm 4, the same")
    void helm4() throws IOException {
        all(
                "-Dgke.helm.engine=cli",
                "-Dgke.helm.executable=" + workshop.helms().get(1).path());
    }

    private void all(String... engine) throws IOException {
        try (Ambient ambient = new Ambient()) {
            run(ambient, "deploy", "1", engine);
            faulty.serves("1");
            run(ambient, "deploy -Dgke.test=true", "2", engine);
            faulty.serves("2");

            Run looked = run(ambient, "gke:doctor gke:plan gke:status gke:logs gke:verify", "3", engine);
            assertThat(looked.text())
                    .contains("A deploy has what it needs")
                    .contains("env[VERSION].value: 2 -> 3")
                    .contains("version 2 serves on 8000");
            run(ambient, "gke:rollback", "3", engine);
            faulty.serves("1");
            run(ambient, "gke:undeploy", "3", engine);
            assertThat(workshop.cluster()
                            .get("deployments,services", "-n", faulty.namespace())
                            .path("items"))
                    .isEmpty();

            assertThat(ambient.calls()).isZero();
            // It would have heard.
            try (Socket call = new Socket(InetAddress.getLoopbackAddress(), ambient.port())) {
                assertThat(call.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(ambient.calls()).isEqualTo(1);
        }
    }

    private Run run(Ambient ambient, String command, String version, String... engine) {
        return faulty.mvn(command, "{version: \"" + version + "\", test: {outcome: ok}}")
                .with(engine)
                .variables(ambient.variables())
                .variable("HOME", ambient.home())
                .succeeds();
    }
}
