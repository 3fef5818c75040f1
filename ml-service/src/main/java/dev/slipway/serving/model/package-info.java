/**
 * What a model is: a folder of three files, and something that scores rows. May look at no other room.
 */
@NullMarked
package dev.slipway.serving.model;

import org.jspecify.annotations.NullMarked;
