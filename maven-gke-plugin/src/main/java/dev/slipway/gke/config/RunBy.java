package dev.slipway.gke.config;

import dev.slipway.gke.model.Owner;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells who runs this build, from what CI services and operating systems say in the environment. */
public final class RunBy {
    private RunBy() {}

    /**
     * {@return who runs this build}
     *
     * @param user the operating system's user, for a build that no CI service runs
     * @param host the machine
     * @param pid this process
     * @param commit what is deployed
     */
    public static Owner of(
            Map<String, String> environment, String user, String host, long pid, Optional<String> commit) {
        String who = first(
                        environment,
                        "GITHUB_ACTOR",
                        "GITLAB_USER_LOGIN",
                        "BITBUCKET_STEP_TRIGGERER_UUID",
                        "CIRCLE_USERNAME",
                        "BUILD_USER_ID",
                        "BUILD_REQUESTEDFOR")
                .orElse(user);
        return new Owner(who, host, pid, commit, run(environment));
    }

    private static Optional<URI> run(Map<String, String> environment) {
        Optional<String> github = first(environment, "GITHUB_RUN_ID")
                .flatMap(run -> first(environment, "GITHUB_SERVER_URL")
                        .flatMap(server -> first(environment, "GITHUB_REPOSITORY")
                                .map(repository -> server + "/" + repository + "/actions/runs/" + run)));
        return github.or(() -> first(environment, "CI_PIPELINE_URL", "CIRCLE_BUILD_URL", "BUILD_URL"))
                .flatMap(RunBy::url);
    }

    private static Optional<URI> url(String text) {
        try {
            return Optional.of(URI.create(text)).filter(url -> url.getHost() != null);
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    private static Optional<String> first(Map<String, String> environment, String... names) {
        return Stream.of(names)
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isBlank())
                .findFirst();
    }
}
