package dev.slipway.serving.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows whose scores and labels are known from where the model was trained. Whoever serves the model replays them first.
 *
 * @param rows at least one
 */
public record Golden(List<Row> rows) {
    /** How far a score may be off. */
    public static final double TOLERANCE = 1e-6;

    /**
     * One known answer.
     *
     * @param input the row's values
     * @param score what the model must say, to within {@link #TOLERANCE}
     * @param label what it must say exactly
     */
    public record Row(List<Float> input, double score, long label) {
        /** Copies the values. */
        public Row {
            input = List.copyOf(input);
        }
    }

    /** Copies the rows. */
    public Golden {
        rows = List.copyOf(rows);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("golden.json must have at least one row");
        }
    }

    /**
     * Asks the model for every known answer.
     *
     * @return what was off, and how far
     */
    public Replay replay(Scorer scorer) {
        int width = rows.getFirst().input().size();
        float[] values = new float[rows.size() * width];
        for (int r = 0; r < rows.size(); r++) {
            for (int f = 0; f < width; f++) {
                values[r * width + f] = rows.get(r).input().get(f);
            }
        }
        Scores scores = scorer.score(new Rows(width, rows.size(), values));
        List<String> faults = new ArrayList<>();
        double worst = 0;
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            double error = Math.abs(scores.score(r) - row.score());
            worst = Double.isNaN(error) ? Double.NaN : Math.max(worst, error);
            // Written so that a NaN is a fault.
            if (!(error <= TOLERANCE)) {
                faults.add("golden.json row " + r + " " + row.input() + ": score " + scores.score(r) + ", must be "
                        + row.score());
            } else if (scores.label(r) != row.label()) {
                faults.add("golden.json row " + r + " " + row.input() + ": label " + scores.label(r) + ", must be "
                        + row.label());
            }
        }
        return new Replay(rows.size(), worst, List.copyOf(faults));
    }

    /**
     * What a replay found.
     *
     * @param rows how many were asked
     * @param worstError the greatest difference of a score; NaN if a score was NaN
     * @param faults a sentence for each row that was off; empty if all is well
     */
    public record Replay(int rows, double worstError, List<String> faults) {
        /** {@return whether every answer was as known} */
        public boolean passed() {
            return faults.isEmpty();
        }
    }

    /** {@return the values as a list} */
    public static List<Float> boxed(float[] values) {
        List<Float> boxed = new ArrayList<>();
        for (float value : values) {
            boxed.add(value);
        }
        return boxed;
    }
}
