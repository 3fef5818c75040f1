package dev.slipway.gke.mojo;

import dev.slipway.gke.model.Secret;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.settings.Server;

/**
 * The account at Docker Hub that the environment names.
 *
 * @param username its name
 * @param token its access token
 */
record DockerHubAccount(String username, Secret token) {
    static final String REGISTRY = "docker.io";

    /** {@return the account, if both variables are set} */
    static Optional<DockerHubAccount> of(Map<String, String> environment) {
        Optional<String> username = Written.first(environment.get("DOCKER_HUB_USERNAME"));
        Optional<String> token = Written.first(environment.get("DOCKER_HUB_ACCESS_TOKEN"));
        return username.flatMap(name -> token.map(text -> new DockerHubAccount(name, new Secret(text))));
    }

    /** {@return whether the account was put into the session's settings; not if they name one already} */
    boolean enter(MavenSession session) {
        synchronized (session.getRequest()) {
            if (session.getRequest().getServers().stream().anyMatch(server -> REGISTRY.equals(server.getId()))) {
                return false;
            }
            Server server = new Server();
            server.setId(REGISTRY);
            server.setUsername(username);
            server.setPassword(token.reveal());
            session.getRequest().addServer(server);
            return true;
        }
    }
}
