package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.step.SparePush;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/**
 * Spares Jib a push that would change nothing: sets {@code jib.skip} if what goes into the image is as it was when this checkout last
 * pushed it, and the registry still has just that image under its tag. Belongs before Jib's own goal in the same phase. A {@code clean}
 * forgets what was pushed.
 *
 * @since 0.1
 */
@Mojo(name = "pushed", defaultPhase = LifecyclePhase.DEPLOY, threadSafe = true)
public final class PushedMojo extends GkeMojo {
    private static final String JIB = "jib.skip";
    private static final String PUSHES = PushedMojo.class.getName();

    @Inject
    SettingsDecrypter decrypter;

    /**
     * The image that Jib pushes, for example {@code docker.io/acme/ml-service:1.0}; its tag may be <code>${image.tag}</code>, the one of
     * {@code gke:tag}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.image", required = true)
    String image;

    /**
     * The image that it is built on, for example {@code docker.io/library/eclipse-temurin:25-jre-noble}: if its tag stands for another
     * one now, the image is built and pushed. Without it, a base image that has changed is not noticed.
     *
     * @since 0.1
     */
    @Parameter
    @Nullable
    String base;

    /**
     * The files and folders that go into the image, for example {@code target/app.jar}, {@code target/lib}, {@code pom.xml}: the POM for
     * how Jib is configured.
     *
     * @since 0.1
     */
    @Parameter(required = true)
    List<File> inputs;

    /**
     * Whether the image's registry is reached without TLS. One on this machine ({@code localhost}, {@code 127.0.0.1}) always is.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.insecureRegistry", defaultValue = "false")
    boolean insecureRegistry;

    @Override
    void run(Journal journal) {
        ImageReference name = Configuration.image("<image>", Sources.named(image, session));
        Path target = Path.of(project.getBuild().getDirectory());
        boolean there = Assembly.sparePush(
                        new RegistryAccounts(session, decrypter),
                        insecureRegistry ? Set.of(name.registry()) : Set.of(),
                        session.getSettings())
                .run(
                        new SparePush.Image(
                                name,
                                Written.first(base).map(text -> Configuration.image("<base>", text)),
                                inputs.stream().map(File::toPath).toList(),
                                target.resolve("jib-image.digest"),
                                target.resolve("gke/pushed")),
                        journal);
        if (there) {
            project.getProperties().setProperty(JIB, "true");
            getLog().info("The registry has this image already: " + name);
        } else {
            session.getRequest().getData().put(PUSHES, true);
        }
    }

    /** {@return whether this build is known to push an image that was not in the registry before} */
    static boolean pushes(MavenSession session) {
        return session.getRequest().getData().containsKey(PUSHES);
    }
}
