package dev.slipway.gke.mojo;

import dev.slipway.gke.config.PullRequest;
import dev.slipway.gke.progress.Journal;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Lets the build's other plugins, such as Jib, push to Docker Hub with {@code DOCKER_HUB_USERNAME} and
 * {@code DOCKER_HUB_ACCESS_TOKEN}: as a server {@code docker.io} of Maven's settings, in memory alone. So the token is in no POM, on no
 * command line and in no log. Does nothing if they are not set, or if the settings have such a server already.
 *
 * @since 0.1
 */
@Mojo(name = "login", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, threadSafe = true)
public final class LoginMojo extends GkeMojo {
    /**
     * Whether a build of a pull request may do this: {@code refuse}, or {@code allow} for the environment that is a pull request's
     * own, for example {@code allow}. CI services say in their environment what a build is, such as by {@code GITHUB_EVENT_NAME}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.pullRequest", defaultValue = "refuse")
    @Nullable
    String pullRequest;

    @Override
    void run(Journal journal) {
        PullRequest.check(Written.first(pullRequest), System.getenv());
        DockerHub.account(System.getenv())
                .filter(account -> DockerHub.enter(account, session))
                .ifPresent(account -> getLog().info("Docker Hub account: " + account.username()));
    }
}
