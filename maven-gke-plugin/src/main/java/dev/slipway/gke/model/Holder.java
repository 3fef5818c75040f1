package dev.slipway.gke.model;

import java.time.Instant;

/**
 * Who holds a release's lock.
 *
 * @param owner who
 * @param since since when
 * @param renewed when the owner last said that it is alive
 */
public record Holder(Owner owner, Instant since, Instant renewed) {}
