/**
 * Three questions with three answers: started, ready, live. A leaf.
 */
@NullMarked
package dev.slipway.serving.health;

import org.jspecify.annotations.NullMarked;
