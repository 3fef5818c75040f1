/**
 * The protocol edge: routes, decoding, status codes. No rule about what a valid row is. Called by {@code serving}; may look at\n * {@code predict}, {@code model} and the leaves.
 */
@NullMarked
package dev.slipway.serving.http;

import org.jspecify.annotations.NullMarked;
