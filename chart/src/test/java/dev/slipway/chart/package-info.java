/**
 * What the chart promises, asserted on what it renders: for every shape in {@code src/main/helm/ci} and for every environment.
 *
 * <p>Nobody calls this; it needs no cluster. Helm is the library that the deploy plugin uses, too.
 */
@NullMarked
package dev.slipway.chart;

import org.jspecify.annotations.NullMarked;
