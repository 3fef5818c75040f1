package dev.slipway.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An isolation forest (Liu, Ting and Zhou 2008) as scikit-learn 1.9 defines it. Trained rows and scored rows are 32-bit floats,
 * thresholds and sums are doubles. The same rows and the same plan give the same forest, whatever the machine and its number of
 * threads: each tree draws from a random stream of its own, and each row's sum is taken in the order of the trees.
 */
final class IsolationForest {
    /**
     * How far below the contamination percentile the offset lies. Many rows of real data are equal, so the percentile often is
     * itself the score of many rows. Those are inliers (their score is not below it), and stay inliers in a server that computes with
     * 32-bit floats, whose error is about 2e-7.
     */
    static final double TIE_MARGIN = 1e-6;

    private final List<Tree> trees;
    private final int subsample;
    private final double offset;

    /** A forest whose trees are known. */
    IsolationForest(List<Tree> trees, int subsample, double offset) {
        this.trees = trees;
        this.subsample = subsample;
        this.offset = offset;
    }

    /** Trains on the rows; each row is one array, all of the same width. */
    static IsolationForest train(float[][] rows, Plan plan) {
        int subsample = Math.min(plan.subsample(), rows.length);
        int maxDepth = 32 - Integer.numberOfLeadingZeros(Math.max(subsample, 2) - 1);
        List<Tree> trees = IntStream.range(0, plan.trees())
                .parallel()
                .mapToObj(index -> {
                    SplitMix random = SplitMix.stream(plan.seed(), index);
                    return Tree.grow(rows, sample(rows.length, subsample, random), maxDepth, random);
                })
                .toList();
        IsolationForest forest = new IsolationForest(trees, subsample, 0);
        double percentile = percentile(forest.scoreSamples(rows), plan.contamination());
        return new IsolationForest(trees, subsample, percentile - TIE_MARGIN);
    }

    List<Tree> trees() {
        return trees;
    }

    /** {@return what divides the sum of the path lengths in the exponent: trees times c(subsample)} */
    double normaliser() {
        return trees.size() * PathLength.average(subsample);
    }

    int subsample() {
        return subsample;
    }

    /** {@return the score below which a row is an outlier} */
    double offset() {
        return offset;
    }

    /** {@return from -1, abnormal, to 0, normal; scikit-learn's {@code score_samples}} */
    double scoreSample(float[] row) {
        double sum = 0;
        for (Tree tree : trees) {
            sum += tree.pathLength(row);
        }
        return -StrictMath.pow(2, -sum / normaliser());
    }

    double[] scoreSamples(float[][] rows) {
        return Arrays.stream(rows).parallel().mapToDouble(this::scoreSample).toArray();
    }

    /** {@return negative for an outlier; scikit-learn's {@code decision_function}} */
    double decision(float[] row) {
        return scoreSample(row) - offset;
    }

    /** {@return -1 for an outlier, 1 for an inlier} */
    int label(float[] row) {
        return decision(row) < 0 ? -1 : 1;
    }

    private static int[] sample(int rows, int size, SplitMix random) {
        // The first steps of a Fisher-Yates shuffle: every set of rows is equally likely.
        int[] order = IntStream.range(0, rows).toArray();
        for (int i = 0; i < size; i++) {
            int drawn = i + random.below(rows - i);
            int swapped = order[i];
            order[i] = order[drawn];
            order[drawn] = swapped;
        }
        return Arrays.copyOf(order, size);
    }

    /** Linear between the two nearest ranks, as {@code numpy.percentile} has it. */
    static double percentile(double[] values, double fraction) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double rank = fraction * (sorted.length - 1);
        int below = (int) Math.floor(rank);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }

    /**
     * How to train.
     *
     * @param trees how many trees, at least 1
     * @param subsample how many rows each tree sees, at least 2; fewer if there are fewer
     * @param contamination which part of the training rows is to be called outliers, above 0 and at most 0.5
     * @param seed what the random streams start from
     */
    record Plan(int trees, int subsample, double contamination, long seed) {
        Plan {
            if (trees < 1) {
                throw new IllegalArgumentException("trees must be at least 1, is " + trees);
            }
            if (subsample < 2) {
                throw new IllegalArgumentException("subsample must be at least 2, is " + subsample);
            }
            if (!(contamination > 0 && contamination <= 0.5)) {
                throw new IllegalArgumentException(
                        "contamination must be above 0 and at most 0.5, is " + contamination);
            }
        }
    }
}
