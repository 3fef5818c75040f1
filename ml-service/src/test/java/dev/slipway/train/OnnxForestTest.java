package dev.slipway.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A threshold in ONNX")
class OnnxForestTest {
    @Test
    @DisplayName("sends every float to the side to which the double sends it, on the threshold and one step beside it")
    void sides() {
        SplitMix random = new SplitMix(5);
        int roundedDown = 0;
        for (int i = 0; i < 10_000; i++) {
            double threshold = (random.nextDouble() - 0.5) * Math.pow(10, random.below(60) - 30);
            float written = OnnxForest.roundDown(threshold);
            roundedDown += written != (float) threshold ? 1 : 0;
            for (float x : new float[] {Math.nextDown(written), written, Math.nextUp(written), (float) threshold}) {
                assertThat(x <= written).as("%s <= %s", x, threshold).isEqualTo(x <= threshold);
            }
        }

        assertThat(roundedDown)
                .as("thresholds where the nearest float would be wrong")
                .isBetween(4_000, 6_000);
    }

    @Test
    @DisplayName("is itself where it is a float already")
    void exact() {
        assertThat(OnnxForest.roundDown(0.5)).isEqualTo(0.5f);
        assertThat(OnnxForest.roundDown(-0.0)).isEqualTo(-0.0f);
        assertThat(OnnxForest.roundDown(1e-50)).isEqualTo(0f);
        assertThat(OnnxForest.roundDown(-1e-50)).isEqualTo(-Float.MIN_VALUE);
    }
}
