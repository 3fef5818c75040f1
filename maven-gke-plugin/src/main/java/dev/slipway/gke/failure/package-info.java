/**
 * What can go wrong, in the words of the person who has to mend it: a code, what, where, what to try.
 *
 * <p>Everybody may use it; it uses {@code model} alone.
 */
@NullMarked
package dev.slipway.gke.failure;

import org.jspecify.annotations.NullMarked;
