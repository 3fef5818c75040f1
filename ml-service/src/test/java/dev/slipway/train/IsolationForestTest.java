package dev.slipway.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An isolation forest")
class IsolationForestTest {
    private final ScikitLearn scikit = new ScikitLearn();

    @Test
    @DisplayName("deepens its leaves by the same c(n) as scikit-learn")
    void averagePathLength() {
        scikit.averagePathLengths()
                .forEach((rows, expected) -> assertThat(PathLength.average(Integer.parseInt((String) rows)))
                        .as("c(%s)", rows)
                        .isCloseTo(((Number) expected).doubleValue(), within(1e-12)));
    }

    @Test
    @DisplayName("scores the nodes of a scikit-learn forest as scikit-learn scores them")
    void scores() {
        IsolationForest forest = scikit.forest();
        List<float[]> inputs = scikit.inputs();
        double[] expected = scikit.numbers("score_samples");

        assertThat(inputs).hasSize(40);
        for (int i = 0; i < inputs.size(); i++) {
            assertThat(forest.scoreSample(inputs.get(i))).as("row %d", i).isCloseTo(expected[i], within(1e-12));
        }
    }

    @Test
    @DisplayName("finds the offset of scikit-learn in the same training scores")
    void offset() {
        assertThat(IsolationForest.percentile(scikit.numbers("training_scores"), scikit.number("contamination")))
                .isCloseTo(scikit.number("offset"), within(1e-15));
    }

    @Test
    @DisplayName("calls no more than the contaminated part outliers, and ties with the offset inliers")
    void contamination() {
        float[][] rows = rows(1000);
        IsolationForest forest = IsolationForest.train(rows, plan(1));
        double percentile = IsolationForest.percentile(forest.scoreSamples(rows), 0.1);

        assertThat(forest.offset()).isEqualTo(percentile - IsolationForest.TIE_MARGIN);
        assertThat(List.of(rows)).filteredOn(row -> forest.label(row) < 0).hasSizeBetween(1, 100);
        assertThat(List.of(rows))
                .filteredOn(row -> forest.scoreSample(row) == percentile)
                .allSatisfy(row -> assertThat(forest.label(row)).isEqualTo(1));
    }

    @Test
    @DisplayName("ends at a depth of log2 of the subsample, and each leaf weighs its depth and what is left in it")
    void depth() {
        IsolationForest forest = IsolationForest.train(rows(1000), plan(1));

        assertThat(forest.trees())
                .hasSize(20)
                .allSatisfy(tree -> assertThat(deepest(tree, 0, 0)).isLessThanOrEqualTo(6));
        assertThat(forest.trees())
                .anySatisfy(tree -> assertThat(deepest(tree, 0, 0)).isEqualTo(6));
    }

    @Test
    @DisplayName("puts a row that is equal to all others into one leaf")
    void constantRows() {
        float[][] rows = new float[300][2];
        IsolationForest forest = IsolationForest.train(rows, plan(1));

        assertThat(forest.trees()).allSatisfy(tree -> assertThat(tree.size()).isEqualTo(1));
        assertThat(forest.scoreSample(new float[] {5, 5})).isCloseTo(-0.5, within(1e-12));
    }

    @Test
    @DisplayName("is the same to the byte for a seed, on one thread or on several, and another for another seed")
    void deterministic() {
        byte[] one = onThreads(1, 7);
        byte[] several = onThreads(5, 7);

        assertThat(several).isEqualTo(one);
        assertThat(onThreads(1, 8)).isNotEqualTo(one);
    }

    private static byte[] onThreads(int threads, long seed) {
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            return pool.submit(() -> OnnxForest.write(IsolationForest.train(rows(2000), plan(seed)), 2))
                    .join();
        }
    }

    private static IsolationForest.Plan plan(long seed) {
        return new IsolationForest.Plan(20, 64, 0.1, seed);
    }

    /** Whole numbers, so that many rows are equal, as in real data. */
    private static float[][] rows(int count) {
        SplitMix random = new SplitMix(3);
        float[][] rows = new float[count][2];
        for (float[] row : rows) {
            row[0] = random.below(20);
            row[1] = random.below(20) * random.below(3);
        }
        return rows;
    }

    private static int deepest(Tree tree, int node, int depth) {
        if (tree.isLeaf(node)) {
            assertThat(tree.pathLength(node)).isBetween((double) depth, depth + PathLength.average(64));
            return depth;
        }
        return Math.max(deepest(tree, tree.left(node), depth + 1), deepest(tree, tree.right(node), depth + 1));
    }
}
