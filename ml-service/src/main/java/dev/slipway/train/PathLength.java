package dev.slipway.train;

/** The path lengths that an isolation forest measures with. */
final class PathLength {
    private static final double EULER_GAMMA = 0.5772156649015329;

    private PathLength() {}

    /**
     * c(n) of Liu, Ting and Zhou (2008): the mean path of an unsuccessful search in a binary search tree of {@code rows} rows, by which
     * a leaf that still holds several rows is deepened. For two rows it is 1, as scikit-learn has it, where the formula gives 0.15.
     */
    static double average(int rows) {
        if (rows <= 1) {
            return 0;
        }
        if (rows == 2) {
            return 1;
        }
        // StrictMath, because Math.log may differ in the last bit from machine to machine.
        return 2 * (StrictMath.log(rows - 1.0) + EULER_GAMMA) - 2 * (rows - 1.0) / rows;
    }
}
