/**
 * What is left of a run: {@code deployment.json} for machines, and the closing lines for people.
 *
 * <p>Used by the front door. Uses {@code config}, {@code model}, {@code failure}, {@code progress} and what the last step found.
 */
@NullMarked
package dev.slipway.gke.report;

import org.jspecify.annotations.NullMarked;
