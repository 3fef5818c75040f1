package dev.slipway.gke.step;

import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.port.TokenSource;

/**
 * The cluster is known, and who we are to it.
 *
 * @param cluster the cluster
 * @param tokens our proof
 */
public record Located(Cluster cluster, TokenSource tokens) {}
