/**
 * Trains an isolation forest and writes it as a model folder. Beside the server, not part of it: it shares only\n * {@code serving.model} with it, and only {@code serving.Main} calls it.
 */
@NullMarked
package dev.slipway.train;

import org.jspecify.annotations.NullMarked;
