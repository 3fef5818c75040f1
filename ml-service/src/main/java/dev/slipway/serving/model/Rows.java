package dev.slipway.serving.model;

/** Rows to score: their values one row after the other, every row of the same width. The array is not copied. */
public final class Rows {
    private final int width;
    private final int count;
    private final float[] values;

    /**
     * Takes the first {@code count * width} values.
     *
     * @throws IllegalArgumentException if there are fewer
     */
    public Rows(int width, int count, float[] values) {
        if (width < 1 || count < 0 || (long) width * count > values.length) {
            throw new IllegalArgumentException(
                    count + " rows of width " + width + " do not fit into " + values.length + " values");
        }
        this.width = width;
        this.count = count;
        this.values = values;
    }

    /** {@return how many values a row has} */
    public int width() {
        return width;
    }

    /** {@return how many rows there are} */
    public int count() {
        return count;
    }

    /** {@return the value of a row, both counted from 0} */
    public float value(int row, int feature) {
        return values[row * width + feature];
    }

    /** {@return the values, row after row; there may be more than {@code count * width}} */
    public float[] values() {
        return values;
    }
}
