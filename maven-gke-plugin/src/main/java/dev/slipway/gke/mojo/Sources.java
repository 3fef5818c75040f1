package dev.slipway.gke.mojo;

import dev.slipway.gke.model.Lineage;
import dev.slipway.gke.model.SourceState;
import dev.slipway.gke.source.GitSourceTree;
import java.util.Map;
import org.apache.maven.execution.MavenSession;

/** What the reactor is built from, looked at once per build, so that every module names the same image. */
final class Sources {
    private static final String TAG = "image.tag";
    private static final String PLACEHOLDER = "${" + TAG + "}";

    private Sources() {}

    /** {@return the state of the reactor's sources at the first question} */
    static SourceState of(MavenSession session) {
        Map<String, Object> data = session.getRequest().getData();
        synchronized (data) {
            return (SourceState) data.computeIfAbsent(
                    Sources.class.getName(),
                    key -> new GitSourceTree()
                            .state(session.getRequest()
                                    .getMultiModuleProjectDirectory()
                                    .toPath()));
        }
    }

    /** {@return how the reactor's commit stands to another one} */
    static Lineage lineage(MavenSession session, String commit) {
        return new GitSourceTree()
                .lineage(session.getRequest().getMultiModuleProjectDirectory().toPath(), commit);
    }

    /** {@return the tag of this build's images: the user's own, or else what the sources are} */
    static String imageTag(MavenSession session) {
        String said = session.getUserProperties().getProperty(TAG);
        return said != null ? said : of(session).tag();
    }

    /** {@return the image's name with the tag put in, where the name leaves it open} */
    static String named(String image, MavenSession session) {
        return image.contains(PLACEHOLDER) ? image.replace(PLACEHOLDER, imageTag(session)) : image;
    }
}
