package dev.slipway.train;

import java.util.Arrays;

/**
 * One isolation tree, its nodes in pre-order as parallel arrays. A row goes left if its value is at most the threshold. A leaf holds
 * its depth in edges plus c(rows in it).
 */
final class Tree {
    static final int LEAF = -1;

    private final int[] feature;
    private final double[] value;
    private final int[] left;
    private final int[] right;

    /** A tree whose nodes are known, in the form that the class describes. The arrays are not copied. */
    Tree(int[] feature, double[] value, int[] left, int[] right) {
        this.feature = feature;
        this.value = value;
        this.left = left;
        this.right = right;
    }

    int size() {
        return feature.length;
    }

    boolean isLeaf(int node) {
        return feature[node] == LEAF;
    }

    int feature(int node) {
        return feature[node];
    }

    double threshold(int node) {
        return value[node];
    }

    double pathLength(int leaf) {
        return value[leaf];
    }

    int left(int node) {
        return left[node];
    }

    int right(int node) {
        return right[node];
    }

    /** {@return how deep the row falls, in edges, plus c(n) of the leaf it falls into} */
    double pathLength(float[] row) {
        int node = 0;
        while (feature[node] != LEAF) {
            node = row[feature[node]] <= value[node] ? left[node] : right[node];
        }
        return value[node];
    }

    /**
     * Grows a tree over some rows, as scikit-learn's {@code ExtraTreeRegressor(max_features=1, splitter="random")} does: a feature
     * drawn among those that are not constant in the node, a threshold drawn between its least and its greatest value there.
     */
    static Tree grow(float[][] rows, int[] sample, int maxDepth, SplitMix random) {
        Builder builder = new Builder(2 * sample.length - 1);
        builder.grow(rows, sample.clone(), 0, sample.length, 0, maxDepth, random);
        return builder.tree();
    }

    private static final class Builder {
        /** As in scikit-learn: a feature whose values in the node lie closer together than this is constant there. */
        private static final float CONSTANT = 1e-7f;

        private final int[] feature;
        private final double[] value;
        private final int[] left;
        private final int[] right;
        private int size;

        Builder(int capacity) {
            feature = new int[capacity];
            value = new double[capacity];
            left = new int[capacity];
            right = new int[capacity];
        }

        Tree tree() {
            return new Tree(
                    Arrays.copyOf(feature, size),
                    Arrays.copyOf(value, size),
                    Arrays.copyOf(left, size),
                    Arrays.copyOf(right, size));
        }

        int grow(float[][] rows, int[] sample, int from, int to, int depth, int maxDepth, SplitMix random) {
            int node = size++;
            int drawn = depth >= maxDepth || to - from < 2 ? LEAF : drawFeature(rows, sample, from, to, random);
            feature[node] = drawn;
            if (drawn == LEAF) {
                value[node] = depth + PathLength.average(to - from);
                return node;
            }
            float min = min(rows, sample, from, to, drawn);
            float max = max(rows, sample, from, to, drawn);
            double threshold = min + random.nextDouble() * ((double) max - min);
            // Rounding can reach the upper end, and then nothing would go right.
            value[node] = threshold >= max ? min : threshold;
            int middle = partition(rows, sample, from, to, drawn, value[node]);
            left[node] = grow(rows, sample, from, middle, depth + 1, maxDepth, random);
            right[node] = grow(rows, sample, middle, to, depth + 1, maxDepth, random);
            return node;
        }

        private static int drawFeature(float[][] rows, int[] sample, int from, int to, SplitMix random) {
            int width = rows[sample[from]].length;
            int[] candidates = new int[width];
            int count = 0;
            for (int f = 0; f < width; f++) {
                if (max(rows, sample, from, to, f) > min(rows, sample, from, to, f) + CONSTANT) {
                    candidates[count++] = f;
                }
            }
            return count == 0 ? LEAF : candidates[random.below(count)];
        }

        private static float min(float[][] rows, int[] sample, int from, int to, int feature) {
            float min = Float.POSITIVE_INFINITY;
            for (int i = from; i < to; i++) {
                min = Math.min(min, rows[sample[i]][feature]);
            }
            return min;
        }

        private static float max(float[][] rows, int[] sample, int from, int to, int feature) {
            float max = Float.NEGATIVE_INFINITY;
            for (int i = from; i < to; i++) {
                max = Math.max(max, rows[sample[i]][feature]);
            }
            return max;
        }

        private static int partition(float[][] rows, int[] sample, int from, int to, int feature, double threshold) {
            int middle = from;
            for (int i = from; i < to; i++) {
                if (rows[sample[i]][feature] <= threshold) {
                    int swapped = sample[middle];
                    sample[middle++] = sample[i];
                    sample[i] = swapped;
                }
            }
            return middle;
        }
    }
}
