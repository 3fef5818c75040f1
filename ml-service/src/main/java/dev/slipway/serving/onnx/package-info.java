/**
 * The only room that knows ONNX Runtime; it owns the native handles and closes them. May look at {@code model} only.
 */
@NullMarked
package dev.slipway.serving.onnx;

import org.jspecify.annotations.NullMarked;
