/**
 * The program: its commands, how they are put together, and its end on SIGTERM. Nobody may call it; it may call every room.
 */
@NullMarked
package dev.slipway.serving;

import org.jspecify.annotations.NullMarked;
