/**
 * Helm, embedded (helm-java in a worker JVM of its own) or as a binary. Translates its errors; leaks none of its types.
 *
 * <p>Named by the front door when it wires a goal, and by nobody else.
 */
@NullMarked
package dev.slipway.gke.helm;

import org.jspecify.annotations.NullMarked;
