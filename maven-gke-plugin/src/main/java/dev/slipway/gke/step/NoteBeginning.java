package dev.slipway.gke.step;

import dev.slipway.gke.model.ManifestHash;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.progress.Progress;
import java.util.Optional;
import java.util.function.Function;

/** Notes that a revision is about to be made, so that one that is left half done is known as ours. */
public final class NoteBeginning implements Step<PlanRelease.Planned, PlanRelease.Planned> {
    private final Ledger ledger;
    private final Function<PlanRelease.Planned, Optional<String>> image;
    private final Function<PlanRelease.Planned, String> inputs;

    /**
     * Notes beginnings.
     *
     * @param image repository and digest of what is to run
     * @param inputs fingerprint of what the revision is made from
     */
    public NoteBeginning(
            Ledger ledger,
            Function<PlanRelease.Planned, Optional<String>> image,
            Function<PlanRelease.Planned, String> inputs) {
        this.ledger = ledger;
        this.image = image;
        this.inputs = inputs;
    }

    @Override
    public PlanRelease.Planned run(PlanRelease.Planned planned, Progress progress) {
        if (!planned.unchanged()) {
            ledger.begin(
                    planned.current().map(Release::revision).orElse(0) + 1,
                    image.apply(planned),
                    inputs.apply(planned),
                    ManifestHash.of(planned.rendering()));
        }
        return planned;
    }
}
