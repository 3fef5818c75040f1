package dev.slipway.gke.step;

import dev.slipway.gke.model.Rendering;

/**
 * The release is on the cluster.
 *
 * @param site where
 * @param rendering its objects
 * @param revision its number
 * @param unchanged whether it was there already
 */
public record Released(Site site, Rendering rendering, int revision, boolean unchanged) {}
