/**
 * The few interfaces that steps speak to. Adapters stand behind them; fakes stand behind them in tests.
 *
 * <p>Called by {@code step}; implemented by {@code google}, {@code helm}, {@code kube}, {@code registry} and {@code source}. Uses {@code model} only.
 * Every method throws {@link dev.slipway.gke.failure.DeployFailure} and no other exception for what can go wrong outside.
 */
@NullMarked
package dev.slipway.gke.port;

import org.jspecify.annotations.NullMarked;
