/**
 * The path of one request: check the rows, score them, count. Called by {@code http}; may look at {@code model} and the leaves.
 */
@NullMarked
package dev.slipway.serving.predict;

import org.jspecify.annotations.NullMarked;
