/**
 * Google, through google-auth and google-cloud-container over REST. Translates their exceptions; leaks none of their types.
 *
 * <p>Named by the front door when it wires a goal, and by nobody else.
 */
@NullMarked
package dev.slipway.gke.google;

import org.jspecify.annotations.NullMarked;
