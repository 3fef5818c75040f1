package dev.slipway.train;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How well scores rank the rows that are known to be outliers before the others. */
final class Ranking {
    private final double areaUnderCurve;
    private final double averagePrecision;

    private Ranking(double areaUnderCurve, double averagePrecision) {
        this.areaUnderCurve = areaUnderCurve;
        this.averagePrecision = averagePrecision;
    }

    /** Ranks rows by their scores, of which lower means more abnormal. Equal scores count as one step. */
    static Ranking of(double[] scores, boolean[] outlier) {
        List<Integer> order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> scores[i]))
                .toList();
        long outliers =
                IntStream.range(0, outlier.length).filter(i -> outlier[i]).count();
        long inliers = outlier.length - outliers;
        if (outliers == 0 || inliers == 0) {
            throw new IllegalArgumentException(
                    "a ranking needs rows of both kinds, found " + outliers + " outliers and " + inliers + " inliers");
        }
        double area = 0;
        double precision = 0;
        long foundOutliers = 0;
        long foundInliers = 0;
        for (int from = 0; from < order.size(); ) {
            int to = from;
            long stepOutliers = 0;
            while (to < order.size() && scores[order.get(to)] == scores[order.get(from)]) {
                stepOutliers += outlier[order.get(to++)] ? 1 : 0;
            }
            long stepInliers = to - from - stepOutliers;
            // Every inlier of this step comes after the outliers found
            // before, and beside those of the step: half a point each.
            area += stepInliers * (foundOutliers + stepOutliers / 2.0);
            foundOutliers += stepOutliers;
            foundInliers += stepInliers;
            precision += stepOutliers * (double) foundOutliers / (foundOutliers + foundInliers);
            from = to;
        }
        return new Ranking(area / ((double) outliers * inliers), precision / outliers);
    }

    /** {@return the chance that an outlier ranks before an inlier; ROC AUC} */
    double areaUnderCurve() {
        return areaUnderCurve;
    }

    double averagePrecision() {
        return averagePrecision;
    }
}
