/**
 * The recipes: each a short chain of steps whose order is a type, and nothing else.
 *
 * <p>Called by {@code mojo}.
 */
@NullMarked
package dev.slipway.gke.pipeline;

import org.jspecify.annotations.NullMarked;
