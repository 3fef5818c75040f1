package dev.slipway.gke.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.crypto.DefaultSettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;
import org.sonatype.plexus.components.sec.dispatcher.DefaultSecDispatcher;

@DisplayName("The account at an image registry")
class RegistryAccountsTest {
    private static final RegistryCredentials ADA = new RegistryCredentials("ada", new Secret("canary-token"));

    @SuppressWarnings("deprecation") // The other constructors want a container; this one is there for tests like this.
    private final MavenSession session =
            new MavenSession(null, null, new DefaultMavenExecutionRequest(), new DefaultMavenExecutionResult());

    private final SettingsDecrypter decrypter =
            new DefaultSettingsDecrypter(new DefaultSecDispatcher(new DefaultPlexusCipher()));
    private final RegistryAccounts accounts = new RegistryAccounts(session, decrypter);

    @Test
    @DisplayName("is the environment's for Docker Hub, if both variables are set")
    void environment() {
        assertThat(DockerHub.account(Map.of("DOCKER_HUB_USERNAME", "ada", "DOCKER_HUB_ACCESS_TOKEN", "t"))
                        .map(RegistryCredentials::username))
                .contains("ada");
        assertThat(DockerHub.account(Map.of("DOCKER_HUB_USERNAME", "ada"))).isEmpty();
        assertThat(DockerHub.account(Map.of("DOCKER_HUB_USERNAME", "ada", "DOCKER_HUB_ACCESS_TOKEN", " ")))
                .isEmpty();
    }

    @Test
    @DisplayName(
            "is entered into the session's settings, where Jib looks, and found there by any of Docker Hub's names")
    void entered() {
        assertThat(DockerHub.enter(ADA, session)).isTrue();
        assertThat(session.getSettings().getServers()).extracting(Server::getId).containsExactly("docker.io");
        for (String name : List.of("docker.io", "registry-1.docker.io", "index.docker.io")) {
            assertThat(accounts.login(name).map(RegistryCredentials::username)).contains("ada");
        }
    }

    @Test
    @DisplayName("is entered once, however many modules ask")
    void once() {
        DockerHub.enter(ADA, session);
        assertThat(DockerHub.enter(ADA, session)).isFalse();
        assertThat(session.getRequest().getServers()).hasSize(1);
    }

    @Test
    @DisplayName("of the settings wins over the environment's")
    void settingsWin() {
        session.getRequest().addServer(server("registry-1.docker.io", "grace"));
        assertThat(DockerHub.enter(ADA, session)).isFalse();
        assertThat(accounts.login("docker.io").map(RegistryCredentials::username))
                .contains("grace");
    }

    @Test
    @DisplayName("of Docker Hub goes to no other registry")
    void elsewhere() {
        DockerHub.enter(ADA, session);
        session.getRequest().addServer(server("registry.example.com", "grace"));
        assertThat(accounts.login("localhost:5000")).isEqualTo(Optional.empty());
        assertThat(accounts.login("registry.example.com").map(RegistryCredentials::username))
                .contains("grace");
    }

    @Test
    @DisplayName("does not print its token")
    void masked() {
        assertThat(ADA.toString()).contains("ada").doesNotContain("canary");
    }

    private static Server server(String id, String username) {
        Server server = new Server();
        server.setId(id);
        server.setUsername(username);
        server.setPassword("x");
        return server;
    }
}
