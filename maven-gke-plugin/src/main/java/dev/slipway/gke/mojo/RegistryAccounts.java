package dev.slipway.gke.mojo;

import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Secret;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/** Who we are to an image registry: Docker Hub's account from the environment, else the server of that name in Maven's settings. */
final class RegistryAccounts {
    private static final Set<String> DOCKER_HUB =
            Set.of("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

    private final MavenSession session;
    private final SettingsDecrypter decrypter;

    RegistryAccounts(MavenSession session, SettingsDecrypter decrypter) {
        this.session = session;
        this.decrypter = decrypter;
    }

    /** {@return the login at a registry, if there is one} */
    Optional<RegistryCredentials> login(String registry) {
        if (DOCKER_HUB.contains(registry)) {
            Optional<DockerHubAccount> fromEnvironment = DockerHubAccount.of(System.getenv());
            if (fromEnvironment.isPresent()) {
                return fromEnvironment.map(account -> new RegistryCredentials(account.username(), account.token()));
            }
        }
        return session.getRequest().getServers().stream()
                .filter(server -> registry.equals(server.getId())
                        || (DOCKER_HUB.contains(registry) && DOCKER_HUB.contains(server.getId())))
                .findFirst()
                .map(this::decrypted)
                .flatMap(server -> Written.first(server.getUsername())
                        .flatMap(name -> Written.first(server.getPassword())
                                .map(password -> new RegistryCredentials(name, new Secret(password)))));
    }

    private Server decrypted(Server server) {
        return decrypter.decrypt(new DefaultSettingsDecryptionRequest(server)).getServer();
    }
}
