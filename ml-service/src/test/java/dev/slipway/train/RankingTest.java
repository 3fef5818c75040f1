package dev.slipway.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A ranking")
class RankingTest {
    @Test
    @DisplayName("has the area and the precision of the example in scikit-learn's manual")
    void example() {
        Ranking ranking = Ranking.of(new double[] {-0.1, -0.4, -0.35, -0.8}, new boolean[] {false, false, true, true});

        assertThat(ranking.areaUnderCurve()).isCloseTo(0.75, within(1e-12));
        assertThat(ranking.averagePrecision()).isCloseTo(0.8333333333333333, within(1e-12));
    }

    @Test
    @DisplayName("counts an outlier and an inlier of equal score as half")
    void ties() {
        Ranking ranking = Ranking.of(new double[] {-1, -1, -1, 0}, new boolean[] {true, false, false, false});

        assertThat(ranking.areaUnderCurve()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(ranking.averagePrecision()).isCloseTo(1.0 / 3, within(1e-12));
    }

    @Test
    @DisplayName("is refused when all rows are of one kind")
    void oneKind() {
        assertThatThrownBy(() -> Ranking.of(new double[] {1, 2}, new boolean[] {false, false}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a ranking needs rows of both kinds, found 0 outliers and 2 inliers");
    }
}
