/** Stand-ins for the world behind the ports, without a mocking library: each holds a small state and behaves by it. */
@NullMarked
package dev.slipway.gke.fake;

import org.jspecify.annotations.NullMarked;
