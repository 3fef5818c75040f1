package dev.slipway.gke.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ClusterName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The configuration")
class ConfigurationTest {
    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> written = new HashMap<>();

    @BeforeEach
    void complete() throws IOException {
        Files.createDirectories(folder.resolve("chart"));
        Files.writeString(folder.resolve("values.yaml"), "replicas: 1\n");
        environment.putAll(
                Map.of("GKE_PROJECT_ID", "acme", "GKE_CLUSTER_ZONE", "europe-west1-b", "GKE_CLUSTER_NAME", "ml"));
        written.putAll(Map.of("namespace", "dev", "release", "ml-service", "chart", "chart"));
    }

    @Test
    @DisplayName("takes the cluster from the variables that the team has")
    void variables() {
        assertThat(read().release().target())
                .isEqualTo(new Target.Gke(new ClusterName("acme", "europe-west1-b", "ml")));
    }

    @Test
    @DisplayName("lets what is written go before the variables")
    void writtenFirst() {
        written.put("name", "other");
        assertThat(read().release().target())
                .isEqualTo(new Target.Gke(new ClusterName("acme", "europe-west1-b", "other")));
    }

    @Test
    @DisplayName("names every missing variable in one error")
    void missingVariables() {
        environment.clear();
        assertProblems().contains("GKE_PROJECT_ID", "GKE_CLUSTER_ZONE", "GKE_CLUSTER_NAME", "GKE_SA_KEY");
    }

    @Test
    @DisplayName("treats a blank variable as one that is not set, as CI passes secrets that a fork may not see")
    void blank() {
        environment.put("GKE_PROJECT_ID", "  ");
        assertProblems().contains("GKE_PROJECT_ID is not set");
    }

    @Test
    @DisplayName("reports every problem at once, each by the name that the user knows")
    void allAtOnce() {
        written.clear();
        written.putAll(
                Map.of("target", "aws", "timeout", "soon", "image", "Not An Image", "engine", "helm2", "path", "x"));
        assertProblems()
                .contains("There are 8 problems")
                .contains("<target> is 'aws'", "<namespace> is not set", "<release> is not set", "<chart> is not set")
                .contains("<timeout>: 'soon'", "<image>: 'Not An Image'", "<helm><engine> is 'helm2'", "<verify>: 'x'");
    }

    @Test
    @DisplayName("never guesses a kubeconfig or a context")
    void noAmbientKubeconfig() {
        written.put("target", "kubeconfig");
        environment.put("KUBECONFIG", folder.resolve("values.yaml").toString());
        assertProblems().contains("<kubeconfig> is not set", "<context> is not set", "none is guessed");
    }

    @Test
    @DisplayName("names files that are not there")
    void missingFiles() {
        written.put("chart", "nowhere");
        written.put("values", "values-dve.yaml");
        assertProblems().contains("nowhere does not exist", "values-dve.yaml does not exist");
    }

    @Test
    @DisplayName("lets nothing settle for longer than all of it may take")
    void settle() {
        assertThat(read().policy().settle()).isZero();
        written.put("settle", "30s");
        assertThat(read().policy().settle()).isEqualTo(Duration.ofSeconds(30));
        written.put("settle", "5m");
        assertProblems().contains("<settle> is 300 s, and <timeout>, for all, is 300 s");
    }

    @Test
    @DisplayName("reads times as people write them")
    void times() {
        assertThat(Durations.parse("1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Durations.parse("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Durations.parse(""));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Durations.parse("0s"));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Durations.parse("5"));
        assertThat(Durations.parseOrZero("0s")).isEqualTo(Duration.ZERO);
        assertThat(Durations.parseOrZero("30s")).isEqualTo(Duration.ofSeconds(30));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Durations.parseOrZero("0"));
    }

    @Test
    @DisplayName("refuses what is no image's name, and says where it was written")
    void noImage() {
        assertThatThrownBy(() -> Configuration.image("<base>", "Java 25"))
                .isInstanceOf(DeployFailure.class)
                .hasMessageContaining("<base>");
        assertThat(Configuration.image("<base>", "java:25").repository()).isEqualTo("library/java");
    }

    private org.assertj.core.api.AbstractStringAssert<?> assertProblems() {
        try {
            read();
        } catch (DeployFailure failure) {
            assertThat(failure.code()).isEqualTo(FailureCode.CONFIGURATION_INVALID);
            return assertThat(failure.what());
        }
        throw new AssertionError("the configuration was accepted");
    }

    private DeployConfig read() {
        ReleaseSettings release = new ReleaseSettings(
                new ReleaseSettings.Cluster(
                        text("target"),
                        text("kubeconfig"),
                        text("context"),
                        text("project"),
                        text("location"),
                        text("name"),
                        text("endpoint"),
                        text("impersonate"),
                        Optional.empty()),
                text("release"),
                text("namespace"),
                text("timeout"),
                new ReleaseSettings.Helm(text("engine"), Optional.empty()),
                folder,
                environment);
        return Configuration.deploy(new DeploySettings(
                release,
                false,
                text("chart"),
                List.of(written.getOrDefault("values", "values.yaml")),
                text("image"),
                new DeploySettings.Verify(text("path"), Optional.empty(), Optional.empty()),
                new DeploySettings.Policy(
                        text("onFailure"),
                        Integer.parseInt(written.getOrDefault("historyMax", "10")),
                        false,
                        text("lockWait"),
                        text("recover"),
                        text("plan"),
                        false,
                        false,
                        text("settle"),
                        text("pull"),
                        text("scheduling"),
                        text("start"),
                        text("address"))));
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(written.get(name));
    }
}
