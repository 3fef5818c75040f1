package dev.slipway.gke.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How long the parts of a rollout may take; together never longer than the timeout.
 *
 * @param pull until an image is there; empty for whatever is left of the timeout, as for the others
 * @param scheduling until a pod has its node
 * @param start from the start of a container until it is ready, the loading of a model included
 * @param address until a LoadBalancer has its address
 */
public record Budgets(
        Optional<Duration> pull, Optional<Duration> scheduling, Optional<Duration> start, Duration address) {}
