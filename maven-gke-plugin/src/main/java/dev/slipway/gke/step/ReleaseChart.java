package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.port.Diagnostics;
import dev.slipway.gke.port.Hooks;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.progress.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Installs or upgrades the release with Helm, and notes before that it is about to. While Helm waits for the chart's hooks they are
 * watched from beside: Helm is stopped as soon as one of them cannot succeed any more.
 */
public final class ReleaseChart implements Step<PlanRelease.Planned, Released> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final String POLICY = "helm.sh/hook-delete-policy";
    private static final String HOOK = "helm.sh/hook";
    /** When Helm waits for hooks while it installs or upgrades. */
    private static final Set<String> EVENTS = Set.of("pre-install", "post-install", "pre-upgrade", "post-upgrade");

    private final ReleaseEngine engine;
    private final Ledger ledger;
    private final Hooks hooks;
    private final Diagnostics diagnostics;
    private final Pause pause;
    private final Deadline deadline;

    /**
     * Releases.
     *
     * @param ledger where it is noted before it is done
     * @param hooks sees what Helm waits for
     * @param diagnostics sees what a hook printed that failed
     * @param deadline for Helm, hooks included
     */
    public ReleaseChart(
            ReleaseEngine engine, Ledger ledger, Hooks hooks, Diagnostics diagnostics, Pause pause, Deadline deadline) {
        this.engine = engine;
        this.ledger = ledger;
        this.hooks = hooks;
        this.diagnostics = diagnostics;
        this.pause = pause;
        this.deadline = deadline;
    }

    @Override
    public Released run(PlanRelease.Planned planned, Progress progress) {
        Site site = planned.site();
        int before = planned.current().map(Release::revision).orElse(0);
        progress.found(Progress.Fact.HELM, engine.version());
        Progress.Line line = progress.begin("release", planned.plan().release() + " with " + engine.version());
        int revision = before + 1;
        Manifest awaited = awaited(planned.rendering().hooks(), progress);
        ledger.begin(
                revision,
                planned.image().map(PinnedImage::toString),
                planned.inputs(),
                ManifestHash.of(planned.rendering()));
        if (awaited.objects().isEmpty()) {
            engine.release(site.connection(), planned.plan(), before > 0, deadline.left());
        } else {
            watched(planned, before > 0, awaited);
        }
        progress.found(Progress.Fact.REVISION, Integer.toString(revision));
        line.done(planned.plan().release() + " revision " + revision);
        return new Released(site, planned.rendering(), revision, false);
    }

    /** The hooks that Helm waits for now. */
    private static Manifest awaited(Manifest hooks, Progress progress) {
        List<KubeObject> awaited = hooks.objects().stream()
                .filter(hook -> hook.kind().equals("Job") || hook.kind().equals("Pod"))
                .filter(hook -> words(hook, HOOK).stream().anyMatch(EVENTS::contains))
                .toList();
        awaited.stream()
                .filter(hook -> words(hook, POLICY).contains("hook-failed"))
                .forEach(hook -> progress.warn(hook + " is deleted by Helm as soon as it fails, and its log with it ("
                        + POLICY + ": hook-failed): before-hook-creation keeps them until the next deploy"));
        return new Manifest(awaited);
    }

    private static List<String> words(KubeObject object, String annotation) {
        return object.body().get("metadata") instanceof Map<?, ?> metadata
                        && metadata.get("annotations") instanceof Map<?, ?> annotations
                        && annotations.get(annotation) != null
                ? List.of(String.valueOf(annotations.get(annotation)).strip().split("\\s*,\\s*"))
                : List.of();
    }

    private void watched(PlanRelease.Planned planned, boolean exists, Manifest awaited) {
        Site site = planned.site();
        Lookout lookout =
                new Lookout(hooks.watch(site.connection(), site.namespace(), awaited), Thread.currentThread());
        Thread thread = new Thread(lookout, "hooks of " + planned.plan().release());
        thread.setDaemon(true);
        thread.start();
        try {
            engine.release(site.connection(), planned.plan(), exists, deadline.left());
            lookout.end();
        } catch (DeployFailure failure) {
            DeployFailure told = lookout.end()
                    .map(trouble -> new DeployFailure(
                            FailureCode.HOOK_FAILED,
                            trouble,
                            "namespace " + site.namespace() + " on "
                                    + site.connection().cluster(),
                            "Read what its pod printed, mend that, and run the same command again",
                            failure))
                    .orElse(failure);
            throw told.code() == FailureCode.HOOK_FAILED
                    ? told.with(diagnostics.collect(site.connection(), site.namespace(), awaited))
                    : told;
        }
    }

    /** Looks at the hooks while Helm waits for them, and interrupts Helm when there is nothing to wait for. */
    private final class Lookout implements Runnable {
        private final Hooks.Watch watch;
        private final Thread helm;
        private boolean over;
        private @Nullable String trouble;

        Lookout(Hooks.Watch watch, Thread helm) {
            this.watch = watch;
            this.helm = helm;
        }

        @Override
        public void run() {
            while (goesOn()) {
                pause.upTo(LOOK_AGAIN, deadline);
                try {
                    watch.trouble().ifPresent(this::report);
                } catch (DeployFailure blind) {
                    // Whatever keeps us from looking will keep Helm from working, and Helm says so.
                }
            }
        }

        private synchronized boolean goesOn() {
            return !over && trouble == null && !deadline.passed();
        }

        private synchronized void report(String found) {
            if (!over) {
                trouble = found;
                helm.interrupt();
            }
        }

        /** {@return why Helm was interrupted, if it was by this; the interrupt is taken back then} */
        synchronized Optional<String> end() {
            over = true;
            if (trouble != null) {
                Thread.interrupted();
            }
            return Optional.ofNullable(trouble);
        }
    }
}
