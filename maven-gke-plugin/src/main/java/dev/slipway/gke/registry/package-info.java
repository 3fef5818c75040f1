/**
 * Image registries, by the OCI distribution specification, over the JDK's HTTP client.
 *
 * <p>Named by the front door when it wires a goal, and by nobody else.
 */
@NullMarked
package dev.slipway.gke.registry;

import org.jspecify.annotations.NullMarked;
