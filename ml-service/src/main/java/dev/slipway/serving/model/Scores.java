package dev.slipway.serving.model;

/** What a model says of some rows: for each row a score, negative for an outlier, and a label, -1 for an outlier and 1 for an inlier. */
public final class Scores {
    private final float[] scores;
    private final long[] labels;

    /**
     * Takes both arrays as they are.
     *
     * @throws IllegalArgumentException if one is longer than the other
     */
    public Scores(float[] scores, long[] labels) {
        if (scores.length != labels.length) {
            throw new IllegalArgumentException(scores.length + " scores, but " + labels.length + " labels");
        }
        this.scores = scores;
        this.labels = labels;
    }

    /** {@return how many rows were scored} */
    public int count() {
        return scores.length;
    }

    /** {@return the score of a row, counted from 0} */
    public float score(int row) {
        return scores[row];
    }

    /** {@return the label of a row, counted from 0} */
    public long label(int row) {
        return labels[row];
    }
}
