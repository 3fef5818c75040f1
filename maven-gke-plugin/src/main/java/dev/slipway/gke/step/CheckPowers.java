package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.progress.Progress;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses a release whose objects, hooks included, would have power beyond their namespace: over the cluster, or over the node that
 * they run on. So a chart that was tampered with, or copied without being read, gets nothing by being deployed. Says what the
 * rendering warns of. Comes before anything is written.
 */
public final class CheckPowers implements Step<PlanRelease.Planned, PlanRelease.Planned> {
    private static final int TOLD = 6;

    private final boolean allowed;

    /**
     * Checks, or does nothing.
     *
     * @param allowed whether such power is meant ({@code gke.allowPrivileged})
     */
    public CheckPowers(boolean allowed) {
        this.allowed = allowed;
    }

    @Override
    public PlanRelease.Planned run(PlanRelease.Planned planned, Progress progress) {
        planned.rendering().warnings().forEach(progress::warn);
        List<String> powers = new ArrayList<>();
        for (Manifest part :
                List.of(planned.rendering().manifest(), planned.rendering().hooks())) {
            powers.addAll(Powers.of(part, planned.site().namespace()));
        }
        if (!allowed && !powers.isEmpty()) {
            int more = powers.size() - TOLD;
            throw new DeployFailure(
                    FailureCode.CHART_UNSAFE,
                    "The chart asks for power beyond its namespace: "
                            + String.join("; ", powers.subList(0, Math.min(TOLD, powers.size())))
                            + (more > 0 ? "; and " + more + " more" : ""),
                    planned.rendering().chart() + " for namespace "
                            + planned.site().namespace(),
                    "If the chart is to have that power, say so with -Dgke.allowPrivileged; if not, switch it off in the values");
        }
        return planned;
    }
}
