/**
 * Helm, embedded (helm-java in a worker JVM of its own) or as a binary. Translates its errors; leaks none of its types.
 *
 * <p>Named by the front door when it wires a goal, and by nobody else. Uses {@code model}, {@code failure}, {@code port} and
 * {@code yaml}. {@link dev.slipway.gke.helm.HelmWorker} and {@link dev.slipway.gke.helm.Wire} also run in the worker, where
 * only helm-java and jackson-core are at hand.
 */
@NullMarked
package dev.slipway.gke.helm;

import org.jspecify.annotations.NullMarked;
