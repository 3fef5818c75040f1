/**
 * Google as far as this plugin speaks to it, on one port of this machine, for unit tests and for the end-to-end tests: a token
 * endpoint that checks signatures, GetCluster, and the TokenReview webhook by which an API server asks who a token stands for.
 *
 * <p>It needs the JDK and Jackson alone, so it can be taken out of the plugin's test jar by itself. It lets nobody in by accident:
 * whoever has no key that it knows gets no token, and a token that it did not issue, or that has ended, is worth nothing.
 */
@NullMarked
package dev.slipway.gke.google.emulator;

import org.jspecify.annotations.NullMarked;
