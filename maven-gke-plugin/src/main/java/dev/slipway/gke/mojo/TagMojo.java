package dev.slipway.gke.mojo;

import dev.slipway.gke.progress.Journal;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Names the image after the sources: sets {@code image.tag} to the commit, with {@code -dirty-} and a hash of the changes if the tree
 * is not clean, so that two different trees never share a tag. {@code -Dimage.tag=TAG} wins. Other plugins of the module, such as
 * Jib, then find <code>${image.tag}</code>.
 *
 * @since 0.1
 */
@Mojo(name = "tag", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, threadSafe = true)
public final class TagMojo extends GkeMojo {
    @Override
    void run(Journal journal) {
        WarmUp.ahead(session);
        String tag = Sources.imageTag(session);
        project.getProperties().setProperty("image.tag", tag);
        getLog().info("Image tag: " + tag);
    }
}
