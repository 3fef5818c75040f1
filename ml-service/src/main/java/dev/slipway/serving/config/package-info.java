/**
 * What the user asked for, as checked records. A leaf: every room may look at it, it looks at none.
 */
@NullMarked
package dev.slipway.serving.config;

import org.jspecify.annotations.NullMarked;
