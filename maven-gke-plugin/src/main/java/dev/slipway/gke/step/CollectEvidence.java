package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.port.Diagnostics;
import dev.slipway.gke.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds to a failure what the cluster shows of it, before anything is taken back. Never fails itself: a failure without evidence is
 * still that failure.
 */
public final class CollectEvidence implements Step<CollectEvidence.Failed, DeployFailure> {
    /** There is nobody to ask, or no time. */
    private static final Set<FailureCode> WITHOUT = Set.of(
            FailureCode.INTERRUPTED,
            FailureCode.CLUSTER_UNREACHABLE,
            FailureCode.CLUSTER_UNAUTHORIZED,
            FailureCode.CREDENTIALS_EXPIRED);

    private final Diagnostics diagnostics;

    /**
     * A release that failed.
     *
     * @param failure how
     * @param site where
     * @param manifest its objects, and its hooks, since one of them may be why
     */
    public record Failed(DeployFailure failure, Site site, Manifest manifest) {
        /** {@return a revision that failed; its tests are no part of it} */
        public static Failed of(DeployFailure failure, Site site, Release broken) {
            List<KubeObject> objects = new ArrayList<>(broken.manifest().objects());
            broken.hooks().objects().stream().filter(hook -> !test(hook)).forEach(objects::add);
            return new Failed(failure, site, new Manifest(objects));
        }

        private static boolean test(KubeObject hook) {
            return hook.body().get("metadata") instanceof Map<?, ?> metadata
                    && metadata.get("annotations") instanceof Map<?, ?> annotations
                    && String.valueOf(annotations.get("helm.sh/hook")).startsWith("test");
        }
    }

    public CollectEvidence(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    @Override
    public DeployFailure run(Failed failed, Progress progress) {
        if (WITHOUT.contains(failed.failure().code())
                || !failed.failure().evidence().empty()) {
            return failed.failure();
        }
        Progress.Line line = progress.begin("evidence", "pods, logs and events");
        try {
            Evidence evidence = diagnostics.collect(
                    failed.site().connection(), failed.site().namespace(), failed.manifest());
            line.done(evidence.pods().size() + " pods, " + evidence.events().size() + " events");
            return failed.failure().with(evidence);
        } catch (DeployFailure lost) {
            line.done("none: " + lost.what());
            return failed.failure();
        }
    }
}
