package dev.slipway.gke.model;

import java.net.URI;
import java.util.Optional;

/**
 * How a release's Service is reached.
 *
 * @param service its name
 * @param namespace where it is
 * @param port the Service's port, for requests through the API server
 * @param external its address from outside, if it is a LoadBalancer that has one
 * @param awaited whether it is a LoadBalancer whose address is still to come
 */
public record ServiceAddress(String service, Namespace namespace, int port, Optional<URI> external, boolean awaited) {}
