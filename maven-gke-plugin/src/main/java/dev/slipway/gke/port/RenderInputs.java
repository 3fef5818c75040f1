package dev.slipway.gke.port;

import dev.slipway.gke.model.Inputs;
import dev.slipway.gke.model.ReleasePlan;

/** What a rendering depends on, read without rendering. */
@FunctionalInterface
public interface RenderInputs {
    /** {@return what the plan would be rendered from} */
    Inputs of(ReleasePlan plan);
}
