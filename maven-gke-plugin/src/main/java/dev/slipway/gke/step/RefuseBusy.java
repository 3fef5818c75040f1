package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.progress.Progress;

/** Ends a plan of a release that somebody is at work on: what it would be made against is not settled. */
public final class RefuseBusy implements Step<PlanRelease.Planned, PlanRelease.Planned> {
    @Override
    public PlanRelease.Planned run(PlanRelease.Planned planned, Progress progress) {
        planned.current().filter(release -> release.status().pending()).ifPresent(release -> {
            throw new DeployFailure(
                    FailureCode.RELEASE_BUSY,
                    "Revision " + release.revision() + " of " + release.name() + " is " + release.status() + " since "
                            + release.deployedAt() + ": a deploy is at work, or died at it",
                    "namespace " + planned.site().namespace() + " on "
                            + planned.site().connection().cluster(),
                    "Plan again when that deploy has ended. If it died, the next deploy puts the release right first");
        });
        return planned;
    }
}
