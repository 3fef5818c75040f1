package dev.slipway.serving.predict;

import dev.slipway.serving.metrics.Metrics;
import dev.slipway.serving.model.ModelCard;
import dev.slipway.serving.model.Rows;
import dev.slipway.serving.model.Scorer;
import dev.slipway.serving.model.Scores;
import java.util.List;

/** Scores the rows of one request and counts them. */
public final class Predictor {
    private final ModelCard card;
    private final Scorer scorer;
    private final Metrics metrics;

    /** Takes a model that has passed its replay. */
    public Predictor(ModelCard card, Scorer scorer, Metrics metrics) {
        this.card = card;
        this.scorer = scorer;
        this.metrics = metrics;
    }

    /** {@return what the model is} */
    public ModelCard card() {
        return card;
    }

    /** {@return one score and label for each row} */
    public Scores predict(Rows rows) {
        long start = System.nanoTime();
        Scores scores = scorer.score(rows);
        long nanos = System.nanoTime() - start;
        long outliers = 0;
        for (int r = 0; r < scores.count(); r++) {
            outliers += scores.label(r) < 0 ? 1 : 0;
        }
        metrics.scored(scores.count() - outliers, outliers, outOfRange(rows), nanos);
        return scores;
    }

    private long outOfRange(Rows rows) {
        List<ModelCard.Feature> features = card.features();
        long count = 0;
        for (int r = 0; r < rows.count(); r++) {
            for (int f = 0; f < rows.width(); f++) {
                if (!features.get(f).covers(rows.value(r, f))) {
                    count++;
                    break;
                }
            }
        }
        return count;
    }
}
