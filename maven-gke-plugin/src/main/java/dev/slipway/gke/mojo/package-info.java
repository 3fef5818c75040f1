/**
 * The front door: one class per goal, and the one place that wires adapters to ports. The only package that knows Maven.
 */
@NullMarked
package dev.slipway.gke.mojo;

import org.jspecify.annotations.NullMarked;
