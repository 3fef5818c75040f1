/**
 * Reading and writing YAML: the text of manifests, and values files. The one place that knows a YAML library.
 *
 * <p>Called by {@code helm} and {@code kube}; uses {@code model} only. A text that cannot be read is an {@link
 * java.lang.IllegalArgumentException} whose message is meant for people; the caller knows whose text it was and says so.
 */
@NullMarked
package dev.slipway.gke.yaml;

import org.jspecify.annotations.NullMarked;
