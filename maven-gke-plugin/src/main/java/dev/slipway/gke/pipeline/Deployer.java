package dev.slipway.gke.pipeline;

import dev.slipway.gke.model.Lineage;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.SourceState;
import java.util.function.Function;

/**
 * Who deploys, and which sources.
 *
 * @param owner who
 * @param source which sources
 * @param lineage how their commit stands to another one
 */
public record Deployer(Owner owner, SourceState source, Function<String, Lineage> lineage) {}
