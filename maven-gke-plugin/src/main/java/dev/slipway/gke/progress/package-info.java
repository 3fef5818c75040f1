/**
 * What the build tells while it works, and the record of it: one line as a step starts, one as it ends with the fact.
 *
 * <p>Steps and pipelines write to it; the front door chooses where it goes. It uses {@code model}
 * and {@code secret}.
 */
@NullMarked
package dev.slipway.gke.progress;

import org.jspecify.annotations.NullMarked;
