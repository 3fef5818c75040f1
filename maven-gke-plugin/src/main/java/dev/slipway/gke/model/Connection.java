package dev.slipway.gke.model;

import java.net.URI;
import java.nio.file.Path;

/**
 * An open way to one cluster and to no other: a private kubeconfig file with a single context, its current one. Helm and the
 * Kubernetes client both go through this file, so both reach the cluster that was asked for, whatever the machine's own
 * kubeconfig says.
 *
 * @param cluster the cluster's name, as people know it
 * @param server its API server
 * @param kubeconfig the private file, readable by its owner alone, deleted at the end of the run
 */
public record Connection(String cluster, URI server, Path kubeconfig) {}
