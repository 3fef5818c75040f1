/**
 * Every metric name and bucket in one place, so that dashboards have one source. A leaf.
 */
@NullMarked
package dev.slipway.serving.metrics;

import org.jspecify.annotations.NullMarked;
