package dev.slipway.train;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.jr.ob.JSON;

/** What scikit-learn says, from the file that {@code scikit-learn/make.py} wrote. */
final class ScikitLearn {
    private final Map<String, Object> said;

    ScikitLearn() {
        try (InputStream in = ScikitLearn.class.getResourceAsStream("/scikit-learn/forest.json")) {
            said = JSON.std.mapFrom(Objects.requireNonNull(in).readAllBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    Map<?, ?> averagePathLengths() {
        return (Map<?, ?>) get(said, "c");
    }

    double number(String name) {
        return ((Number) get(said, name)).doubleValue();
    }

    double[] numbers(String name) {
        return doubles(get(said, name));
    }

    List<float[]> inputs() {
        List<float[]> rows = new ArrayList<>();
        for (Object row : (List<?>) get(said, "inputs")) {
            double[] values = doubles(row);
            float[] floats = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                floats[i] = (float) values[i];
            }
            rows.add(floats);
        }
        return rows;
    }

    /** The forest as scikit-learn grew it; what its leaves weigh is computed here. */
    IsolationForest forest() {
        List<Tree> trees = new ArrayList<>();
        for (Object tree : (List<?>) get(said, "trees")) {
            trees.add(tree((Map<?, ?>) tree));
        }
        return new IsolationForest(trees, (int) number("subsample"), number("offset"));
    }

    private static Tree tree(Map<?, ?> nodes) {
        int[] feature = ints(get(nodes, "feature"));
        int[] left = ints(get(nodes, "left"));
        int[] right = ints(get(nodes, "right"));
        int[] rows = ints(get(nodes, "rows"));
        double[] value = doubles(get(nodes, "threshold"));
        weigh(0, 0, feature, value, left, right, rows);
        return new Tree(feature, value, left, right);
    }

    private static void weigh(int node, int depth, int[] feature, double[] value, int[] left, int[] right, int[] rows) {
        if (left[node] < 0) {
            feature[node] = Tree.LEAF;
            value[node] = depth + PathLength.average(rows[node]);
        } else {
            weigh(left[node], depth + 1, feature, value, left, right, rows);
            weigh(right[node], depth + 1, feature, value, left, right, rows);
        }
    }

    private static Object get(Map<?, ?> map, String name) {
        return Objects.requireNonNull(map.get(name), name);
    }

    private static double[] doubles(Object list) {
        return ((List<?>) list)
                .stream().mapToDouble(value -> ((Number) value).doubleValue()).toArray();
    }

    private static int[] ints(Object list) {
        return ((List<?>) list)
                .stream().mapToInt(value -> ((Number) value).intValue()).toArray();
    }
}
