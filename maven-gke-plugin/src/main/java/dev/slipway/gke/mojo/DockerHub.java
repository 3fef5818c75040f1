package dev.slipway.gke.mojo;

import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Secret;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.settings.Server;

/** Docker Hub, which goes by many names, and the account that the environment gives for it. */
final class DockerHub {
    private static final String NAME = "docker.io";
    private static final Set<String> NAMES =
            Set.of(NAME, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

    private DockerHub() {}

    /** {@return whether that is one of its names} */
    static boolean is(String registry) {
        return NAMES.contains(registry);
    }

    /** {@return the account, if {@code DOCKER_HUB_USERNAME} and {@code DOCKER_HUB_ACCESS_TOKEN} are both set} */
    static Optional<RegistryCredentials> account(Map<String, String> environment) {
        Optional<String> username = Written.first(environment.get("DOCKER_HUB_USERNAME"));
        Optional<String> token = Written.first(environment.get("DOCKER_HUB_ACCESS_TOKEN"));
        return username.flatMap(name -> token.map(text -> new RegistryCredentials(name, new Secret(text))));
    }

    /** {@return whether the account was put into the session's settings; not if they have one already, which wins} */
    static boolean enter(RegistryCredentials account, MavenSession session) {
        synchronized (session.getRequest()) {
            if (session.getRequest().getServers().stream().map(Server::getId).anyMatch(DockerHub::is)) {
                return false;
            }
            Server server = new Server();
            server.setId(NAME);
            server.setUsername(account.username());
            server.setPassword(account.password().reveal());
            session.getRequest().addServer(server);
            return true;
        }
    }
}
