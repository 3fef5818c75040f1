package dev.slipway.gke.step;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Namespace;

/**
 * Where the release goes.
 *
 * @param connection the way to the cluster
 * @param namespace the namespace
 * @param exists whether the namespace is there, or is to be created
 */
public record Site(Connection connection, Namespace namespace, boolean exists) {}
