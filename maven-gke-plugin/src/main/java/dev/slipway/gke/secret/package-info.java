/**
 * What others must not see: folders and files for their owner alone, and masks for texts that go into messages.
 *
 * <p>Everybody may use it; it uses the JDK and {@code failure}.
 */
@NullMarked
package dev.slipway.gke.secret;

import org.jspecify.annotations.NullMarked;
