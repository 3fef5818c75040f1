package dev.slipway.gke.step;

import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.progress.Progress;
import dev.slipway.gke.secret.SecretNames;
import java.util.Collection;
import java.util.Map;

/**
 * Tells the run which texts are secret: what Secret objects hold, and values whose name says so. Services write such things into
 * their logs and answers, and whoever reads on must not see them.
 */
final class Hush {
    private Hush() {}

    /** Of revisions that there are. */
    static void revisions(Collection<Release> revisions, Progress progress) {
        for (Release revision : revisions) {
            objects(revision.manifest(), progress);
            objects(revision.hooks(), progress);
            values(revision.values(), progress);
        }
    }

    /** Of objects. */
    static void objects(Manifest manifest, Progress progress) {
        progress.hide(manifest.secretTexts());
    }

    /** Of the values of a release. */
    static void values(Map<String, ?> values, Progress progress) {
        progress.hide(SecretNames.texts(values));
    }
}
