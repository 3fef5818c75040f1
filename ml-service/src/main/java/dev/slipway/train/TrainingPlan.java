package dev.slipway.train;

import java.nio.file.Path;
import java.util.List;

/**
 * What to train on, how, and when to refuse the result.
 *
 * @param name of the model
 * @param data a CSV with a header, plain or gzipped
 * @param source where the data comes from, in words; goes into the card
 * @param features the columns to train on, in the order in which requests give them
 * @param label the column that says 1 for a known outlier and 0 otherwise; used for the AUC alone
 * @param trees how many trees
 * @param subsample how many rows each tree sees
 * @param contamination which part of the training rows is to be called outliers
 * @param heldOut which part of the rows is kept out of training and measures the result
 * @param minAuc the least ROC AUC on the held-out rows
 * @param seed what every random number comes from
 */
public record TrainingPlan(
        String name,
        Path data,
        String source,
        List<String> features,
        String label,
        int trees,
        int subsample,
        double contamination,
        double heldOut,
        double minAuc,
        long seed) {

    /** Checks what can be checked without the data. */
    public TrainingPlan {
        features = List.copyOf(features);
        if (features.isEmpty()) {
            throw new IllegalArgumentException("features must name at least one column");
        }
        if (!(heldOut > 0 && heldOut < 1)) {
            throw new IllegalArgumentException("held-out must be above 0 and below 1, is " + heldOut);
        }
        if (!(minAuc >= 0 && minAuc <= 1)) {
            throw new IllegalArgumentException("min-auc must be from 0 to 1, is " + minAuc);
        }
        // States the rest of the rules.
        new IsolationForest.Plan(trees, subsample, contamination, seed);
    }

    IsolationForest.Plan forest() {
        return new IsolationForest.Plan(trees, subsample, contamination, seed);
    }
}
