/**
 * One verb of a deployment per class. The constructor takes what was configured, {@code run} takes what earlier steps found.
 *
 * <p>Called by {@code pipeline}. Speaks to the world through {@code port} only.
 */
@NullMarked
package dev.slipway.gke.step;

import org.jspecify.annotations.NullMarked;
