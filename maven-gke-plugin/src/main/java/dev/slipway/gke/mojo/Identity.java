package dev.slipway.gke.mojo;

import dev.slipway.gke.model.Owner;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;

/** Who deploys, as the environment tells: a CI's actor and run, or a user on a machine. */
final class Identity {
    private Identity() {}

    /**
     * {@return who we are}
     *
     * @param environment of the process
     * @param commit what is deployed
     */
    static Owner of(Map<String, String> environment, Optional<String> commit) {
        String host = host(environment);
        return new Owner(who(environment, host), host, ProcessHandle.current().pid(), commit, run(environment));
    }

    private static String who(Map<String, String> environment, String host) {
        return Written.first(
                        environment.get("GITHUB_ACTOR"),
                        environment.get("GITLAB_USER_LOGIN"),
                        environment.get("BUILD_USER_ID"),
                        environment.get("CHANGE_AUTHOR"))
                .orElseGet(() -> System.getProperty("user.name", "somebody") + "@" + host);
    }

    private static Optional<URI> run(Map<String, String> environment) {
        Optional<String> server = Written.first(environment.get("GITHUB_SERVER_URL"));
        Optional<String> repository = Written.first(environment.get("GITHUB_REPOSITORY"));
        Optional<String> id = Written.first(environment.get("GITHUB_RUN_ID"));
        Optional<String> url = server.isPresent() && repository.isPresent() && id.isPresent()
                ? Optional.of(server.get() + "/" + repository.get() + "/actions/runs/" + id.get())
                : Written.first(environment.get("CI_PIPELINE_URL"), environment.get("BUILD_URL"));
        return url.flatMap(Identity::uri);
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(URI.create(text));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    private static String host(Map<String, String> environment) {
        return Written.first(environment.get("HOSTNAME"), environment.get("COMPUTERNAME"))
                .orElseGet(() -> {
                    try {
                        return InetAddress.getLocalHost().getHostName();
                    } catch (UnknownHostException nameless) {
                        return "localhost";
                    }
                });
    }
}
