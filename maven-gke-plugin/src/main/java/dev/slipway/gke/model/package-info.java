/**
 * The vocabulary of a deployment: values that say what they are and refuse to be anything else. No I/O, no foreign types.
 *
 * <p>Everybody may use it; it uses nothing but the JDK and {@code failure}.
 */
@NullMarked
package dev.slipway.gke.model;

import org.jspecify.annotations.NullMarked;
