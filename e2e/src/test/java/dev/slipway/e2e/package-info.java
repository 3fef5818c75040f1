/**
 * The commands of the README, run as a user runs them: on a copy of this checkout, with the machine's own Maven, against the
 * real cluster of {@code local-cluster/}. Nothing of the product is called from here but its commands; Google is the plugin's
 * emulator.
 *
 * <pre>
 *   *IT  ->  Workshop  ->  Checkout -> MavenCommand -> Run
 *                      ->  Cluster, Registry, Google, Engine (Docker), HelmBinary
 *   leaves: Program, Narrator, Canary, Contacts, Commands
 * </pre>
 *
 * <p>Nobody may call it; it is the last module of the reactor.
 */
@NullMarked
package dev.slipway.e2e;

import org.jspecify.annotations.NullMarked;
