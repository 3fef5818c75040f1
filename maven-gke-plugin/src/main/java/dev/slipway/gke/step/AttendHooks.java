package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.port.Diagnostics;
import dev.slipway.gke.port.Hooks;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.progress.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches the hooks of a chart from beside while Helm waits for them: Helm is stopped as soon as one of them cannot succeed any more.
 */
public final class AttendHooks {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final String POLICY = "helm.sh/hook-delete-policy";
    private static final String HOOK = "helm.sh/hook";
    /** When Helm waits for hooks while it installs or upgrades. */
    private static final Set<String> EVENTS = Set.of("pre-install", "post-install", "pre-upgrade", "post-upgrade");

    private final Hooks hooks;
    private final Diagnostics diagnostics;
    private final Pause pause;

    /**
     * Watches.
     *
     * @param hooks sees what Helm waits for
     * @param diagnostics sees what a hook printed that failed
     */
    public AttendHooks(Hooks hooks, Diagnostics diagnostics, Pause pause) {
        this.hooks = hooks;
        this.diagnostics = diagnostics;
        this.pause = pause;
    }

    /**
     * Runs Helm.
     *
     * @param all the hooks of the chart, those that Helm does not wait for now, too
     * @param deadline for Helm, hooks included
     * @param helm installs or upgrades
     * @throws DeployFailure HOOK_FAILED with what it printed; or what Helm fails with
     */
    void during(Site site, Manifest all, Deadline deadline, Progress progress, Runnable helm) {
        Manifest awaited = awaited(all, progress);
        if (awaited.objects().isEmpty()) {
            helm.run();
            return;
        }
        Lookout lookout = new Lookout(
                hooks.watch(site.connection(), site.namespace(), awaited), Thread.currentThread(), deadline);
        Thread thread = new Thread(lookout, "hooks in " + site.namespace());
        thread.setDaemon(true);
        thread.start();
        try {
            helm.run();
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

    /** Looks at the hooks while Helm waits for them, and interrupts Helm when there is nothing to wait for. */
    private final class Lookout implements Runnable {
        private final Hooks.Watch watch;
        private final Thread helm;
        private final Deadline deadline;
        private boolean over;
        private @Nullable String trouble;

        Lookout(Hooks.Watch watch, Thread helm, Deadline deadline) {
            this.watch = watch;
            this.helm = helm;
            this.deadline = deadline;
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
