/**
 * What differs between objects, and what that means: trees in, readable changes and risks out. Asks nobody and writes nothing.
 *
 * <p>Everybody may use it; it uses {@code model} and {@code secret}. No value of a Secret leaves it.
 */
@NullMarked
package dev.slipway.gke.diff;

import org.jspecify.annotations.NullMarked;
