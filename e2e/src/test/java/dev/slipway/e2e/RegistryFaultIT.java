package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@EndToEnd
@Order(8)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("A registry that")
class RegistryFaultIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Workshop workshop;
    private final Faulty faulty;

    RegistryFaultIT(Workshop workshop) {
        this.workshop = workshop;
        faulty = workshop.faulty("faults-registry");
    }

    @BeforeAll
    void versionOne() {
        faulty.good("1");
    }

    @AfterAll
    void takeAway() {
        faulty.deleteNamespace();
    }

    @Test
    @Order(1)
    @DisplayName("answers 500 twice is asked again, and the deploy succeeds")
    void serverErrors() {
        try (RegistryProxy registry = RegistryProxy.refusing(500, 2)) {
            succeeds("registry answers 500 twice", "2", registry);
        }
    }

    @Test
    @Order(2)
    @DisplayName("answers 429 twice is left alone for as long as it says, and the deploy succeeds")
    void tooManyRequests() {
        try (RegistryProxy registry = RegistryProxy.refusing(429, 2)) {
            succeeds("registry answers 429 twice", "3", registry);
        }
    }

    @Test
    @Order(3)
    @DisplayName("takes two seconds for each answer delays the deploy, no more")
    void slow() {
        try (RegistryProxy registry = RegistryProxy.slow(Duration.ofSeconds(2))) {
            succeeds("registry takes 2 s for each answer", "4", registry);
        }
    }

    @Test
    @Order(4)
    @DisplayName("answers nothing but 500 fails the deploy before anything is changed")
    void nothingButServerErrors() {
        try (RegistryProxy registry = RegistryProxy.alwaysRefusing(500)) {
            Run run = fails("registry answers 500 for ever", registry);

            assertThat(run.errors()).contains("500").contains("127.0.0.1:");
            assertThat(registry.requests()).as("was asked again").isGreaterThan(1);
        }
    }

    @Test
    @Order(5)
    @DisplayName("answers nothing but 429 does so, too")
    void nothingButTooManyRequests() {
        try (RegistryProxy registry = RegistryProxy.alwaysRefusing(429)) {
            Run run = fails("registry answers 429 for ever", registry);

            assertThat(run.errors()).contains("429");
        }
    }

    @Test
    @Order(6)
    @DisplayName("does not answer does so in the time that there is")
    void noAnswer() {
        try (RegistryProxy registry = RegistryProxy.slow(Duration.ofMinutes(10))) {
            fails("registry does not answer, gke.timeout=30s", registry);
        }
    }

    @Test
    @Order(7)
    @DisplayName("has no such image is told by the image's name, before anything is changed")
    void noSuchImage() {
        int before = faulty.revision();

        Run run = faulty.fails("GKE-301", "version: \"9\"", "-Dgke.image=localhost:5000/slipway/nobody:1");

        Measured.note(workshop.target(), "image of the POM does not exist", "GKE-301", run);
        assertThat(run.errors()).contains("localhost:5000/slipway/nobody:1");
        assertThat(faulty.revision()).isEqualTo(before);
        faulty.servesStill();
        faulty.good("5");
        faulty.upgradable();
    }

    private void succeeds(String fault, String version, RegistryProxy registry) {
        Run run = faulty.deploy("version: \"" + version + "\"")
                .with("-Dgke.image=" + registry.image())
                .start()
                .end();

        assertThat(run.exitCode()).as("%s\n%s", run.log(), run.errors()).isZero();
        assertThat(registry.requests()).as("requests that went this way").isPositive();
        Measured.note(workshop.target(), fault, "", run);
        faulty.serves(version);
        faulty.leavesNothing();
    }

    private Run fails(String fault, RegistryProxy registry) {
        int before = faulty.revision();
        Run run = faulty.fails(
                "GKE-303",
                "version: \"9\"",
                "-Dgke.image=" + registry.image(),
                "-Dgke.timeout=" + TIMEOUT.toSeconds() + "s");
        Measured.note(workshop.target(), fault, "GKE-303", run);
        assertThat(run.took()).isLessThan(TIMEOUT.plusSeconds(15));
        assertThat(faulty.revision()).isEqualTo(before);
        faulty.servesStill();
        return run;
    }
}
