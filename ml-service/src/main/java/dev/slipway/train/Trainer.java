package dev.slipway.train;

import dev.slipway.serving.model.Golden;
import dev.slipway.serving.model.ModelCard;
import dev.slipway.serving.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Trains a forest by a plan and writes it as a model folder. */
public final class Trainer {
    /** The stream that splits the rows; the trees take the streams from 0. */
    private static final long SPLIT_STREAM = -1;

    private static final int GOLDEN_ROWS = 40;
    private static final int GOLDEN_THRESHOLDS = 12;
    /** Golden labels must not hang on the last bit of a float. */
    private static final double CLEAR_OF_THE_OFFSET = 1e-5;

    private Trainer() {}

    /**
     * What came out.
     *
     * @param version of the model: the hash of its content
     * @param auc ROC AUC on the held-out rows
     */
    public record Result(String version, double auc, int trainedRows, int heldOutRows) {}

    /**
     * Trains, measures, and writes the folder. The same plan on the same data writes the same bytes, on any machine. Files that are
     * already as they should be are not touched.
     *
     * @throws TrainingException if the data cannot be used or the AUC is too low; nothing is written then
     */
    public static Result train(TrainingPlan plan, Path folder) throws TrainingException {
        LabelledRows data = read(plan);
        int[] order = shuffled(data.rows().size(), SplitMix.stream(plan.seed(), SPLIT_STREAM));
        int heldOutRows = (int) Math.round(plan.heldOut() * order.length);
        int[] heldOut = Arrays.copyOf(order, heldOutRows);
        int[] trained = Arrays.copyOfRange(order, heldOutRows, order.length);
        if (trained.length < 2) {
            throw new TrainingException(plan.data() + ": " + order.length + " rows are too few to train on");
        }
        float[][] rows = data.rows(trained);
        IsolationForest forest = IsolationForest.train(rows, plan.forest());

        float[][] unseen = data.rows(heldOut);
        Ranking ranking;
        try {
            ranking = Ranking.of(forest.scoreSamples(unseen), data.outliers(heldOut));
        } catch (IllegalArgumentException e) {
            throw new TrainingException(
                    plan.data() + ": the held-out rows cannot measure the model: " + e.getMessage(), e);
        }
        // Written so that a NaN is refused as well.
        if (!(ranking.areaUnderCurve() >= plan.minAuc())) {
            throw new TrainingException(
                    "The model is not good enough: its ROC AUC on " + heldOut.length + " held-out rows of "
                            + plan.data().getFileName() + " is " + round(ranking.areaUnderCurve()) + ", and at least "
                            + plan.minAuc()
                            + " is asked for. Try other features, more trees or a larger subsample; the limit is --min-auc.");
        }

        byte[] onnx = OnnxForest.write(forest, plan.features().size());
        String version = ModelFolder.versionOf(onnx);
        List<ModelCard.Feature> ranges = ranges(plan.features(), rows);
        try {
            ModelFolder.write(
                    folder,
                    onnx,
                    card(plan, data, forest, ranking, version, ranges, rows.length, unseen.length),
                    golden(forest, unseen, ranges));
        } catch (IOException e) {
            throw new TrainingException(folder + " cannot be written: " + e.getMessage(), e);
        }
        return new Result(version, ranking.areaUnderCurve(), rows.length, unseen.length);
    }

    private static LabelledRows read(TrainingPlan plan) throws TrainingException {
        try {
            return LabelledRows.read(plan.data(), plan.features(), plan.label());
        } catch (java.nio.file.NoSuchFileException e) {
            throw new TrainingException(plan.data() + ": there is no such file", e);
        } catch (IOException e) {
            throw new TrainingException(String.valueOf(e.getMessage()), e);
        }
    }

    private static int[] shuffled(int size, SplitMix random) {
        int[] order = IntStream.range(0, size).toArray();
        for (int i = 0; i < size - 1; i++) {
            int drawn = i + random.below(size - i);
            int swapped = order[i];
            order[i] = order[drawn];
            order[drawn] = swapped;
        }
        return order;
    }

    private static List<ModelCard.Feature> ranges(List<String> names, float[][] rows) {
        List<ModelCard.Feature> ranges = new ArrayList<>();
        for (int f = 0; f < names.size(); f++) {
            float min = Float.POSITIVE_INFINITY;
            float max = Float.NEGATIVE_INFINITY;
            for (float[] row : rows) {
                min = Math.min(min, row[f]);
                max = Math.max(max, row[f]);
            }
            ranges.add(new ModelCard.Feature(names.get(f), min, max));
        }
        return ranges;
    }

    private static Map<String, Object> card(
            TrainingPlan plan,
            LabelledRows data,
            IsolationForest forest,
            Ranking ranking,
            String version,
            List<ModelCard.Feature> ranges,
            int trainedRows,
            int heldOutRows) {
        Map<String, Object> card = new LinkedHashMap<>();
        card.put("name", plan.name());
        card.put("version", version);
        card.put("features", ranges.stream().map(ModelCard.Feature::asMap).toList());
        card.put("onnx", ordered("input", "X", "label", "label", "score", "scores"));
        card.put(
                "data",
                ordered(
                        "source", plan.source(),
                        "file", String.valueOf(plan.data().getFileName()),
                        "sha256", data.sha256(),
                        "rows", data.rows().size()));
        card.put(
                "training",
                ordered(
                        "algorithm", "isolation forest (Liu, Ting, Zhou 2008), as scikit-learn 1.9 defines it",
                        "trees", plan.trees(),
                        "subsample", forest.subsample(),
                        "contamination", plan.contamination(),
                        "seed", plan.seed(),
                        "rows", trainedRows,
                        "offset", forest.offset()));
        card.put(
                "quality",
                ordered(
                        "heldOutRows", heldOutRows,
                        "rocAuc", round(ranking.areaUnderCurve()),
                        "averagePrecision", round(ranking.averagePrecision())));
        card.put(
                "outputs",
                ordered(
                        "label", "1 inlier, -1 outlier (scikit-learn's predict)",
                        "scores", "score_samples - offset, negative for an outlier (scikit-learn's decision_function)",
                        "score_samples", "from -1, abnormal, to 0, normal (scikit-learn's score_samples)"));
        return card;
    }

    /** Rows that show the whole scale of scores, rows that lie exactly on a threshold and just above it, and rows far away. */
    private static Golden golden(IsolationForest forest, float[][] unseen, List<ModelCard.Feature> ranges) {
        List<float[]> inputs = new ArrayList<>();
        float[][] byScore = Arrays.stream(unseen)
                .sorted(java.util.Comparator.<float[]>comparingDouble(forest::scoreSample)
                        .thenComparing(Arrays::compare))
                .toArray(float[][]::new);
        for (int i = 0; i < GOLDEN_ROWS; i++) {
            inputs.add(byScore[(int) ((long) i * (byScore.length - 1) / (GOLDEN_ROWS - 1))]);
        }
        float[] usual = byScore[byScore.length / 2];
        for (Tree tree : forest.trees()
                .subList(0, Math.min(GOLDEN_THRESHOLDS, forest.trees().size()))) {
            if (!tree.isLeaf(0)) {
                float threshold = OnnxForest.roundDown(tree.threshold(0));
                inputs.add(with(usual, tree.feature(0), threshold));
                inputs.add(with(usual, tree.feature(0), Math.nextUp(threshold)));
            }
        }
        for (int f = 0; f < ranges.size(); f++) {
            inputs.add(with(usual, f, -Float.MAX_VALUE));
            inputs.add(with(usual, f, Float.MAX_VALUE));
            inputs.add(with(usual, f, -0.0f));
            inputs.add(with(usual, f, Float.MIN_VALUE));
        }
        List<Golden.Row> rows = new ArrayList<>();
        List<List<Float>> seen = new ArrayList<>();
        for (float[] input : inputs) {
            double decision = forest.decision(input);
            Golden.Row row = new Golden.Row(Golden.boxed(input), decision, decision < 0 ? -1 : 1);
            if (Math.abs(decision) > CLEAR_OF_THE_OFFSET && !seen.contains(row.input())) {
                seen.add(row.input());
                rows.add(row);
            }
        }
        return new Golden(rows);
    }

    private static float[] with(float[] row, int feature, float value) {
        float[] changed = row.clone();
        changed[feature] = value;
        return changed;
    }

    private static double round(double value) {
        return Math.round(value * 1e6) / 1e6;
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
