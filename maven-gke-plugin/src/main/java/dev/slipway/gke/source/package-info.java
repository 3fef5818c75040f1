/**
 * Version control, through JGit. Translates its exceptions; leaks none of its types.
 *
 * <p>Named by the front door when it wires a goal, and by nobody else.
 */
@NullMarked
package dev.slipway.gke.source;

import org.jspecify.annotations.NullMarked;
