/**
 * What the user asked for, checked once, as immutable values; every problem is reported, not the first.
 *
 * <p>Built by {@code mojo}, read by {@code pipeline}. Uses {@code model} and {@code failure}.
 */
@NullMarked
package dev.slipway.gke.config;

import org.jspecify.annotations.NullMarked;
