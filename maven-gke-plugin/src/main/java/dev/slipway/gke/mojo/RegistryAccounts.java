package dev.slipway.gke.mojo;

import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Secret;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/** Who we are to an image registry: the server of that name in Maven's settings, else Docker Hub's account from the environment. */
final class RegistryAccounts {
    private final MavenSession session;
    private final SettingsDecrypter decrypter;

    RegistryAccounts(MavenSession session, SettingsDecrypter decrypter) {
        this.session = session;
        this.decrypter = decrypter;
    }

    /** {@return the login at a registry, if there is one} */
    Optional<RegistryCredentials> login(String registry) {
        return session.getRequest().getServers().stream()
                .filter(server ->
                        registry.equals(server.getId()) || (DockerHub.is(registry) && DockerHub.is(server.getId())))
                .findFirst()
                .flatMap(this::credentials)
                .or(() -> DockerHub.is(registry) ? DockerHub.account(System.getenv()) : Optional.empty());
    }

    private Optional<RegistryCredentials> credentials(Server server) {
        Server decrypted =
                decrypter.decrypt(new DefaultSettingsDecryptionRequest(server)).getServer();
        return Written.first(decrypted.getUsername())
                .flatMap(name -> Written.first(decrypted.getPassword())
                        .map(password -> new RegistryCredentials(name, new Secret(password))));
    }
}
