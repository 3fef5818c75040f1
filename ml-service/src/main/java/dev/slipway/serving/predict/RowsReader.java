package dev.slipway.serving.predict;

import dev.slipway.serving.model.ModelCard;
import dev.slipway.serving.model.Rows;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Collects rows value by value and knows what a valid row is: as many values as the model has features, each a finite number that fits
 * into a 32-bit float. Whoever feeds it says where a value stands only by the order of the calls; the places in its messages are
 * {@code features[1]} for a single row and {@code instances[3][1]} for several.
 */
public final class RowsReader {
    private final ModelCard card;
    private final int maxRows;
    private final boolean single;
    private float[] values;
    private int rows;
    private int column;

    private RowsReader(ModelCard card, int maxRows, boolean single) {
        this.card = card;
        this.maxRows = maxRows;
        this.single = single;
        this.values = new float[single ? card.width() : 16 * card.width()];
    }

    /** {@return a reader of one row, called {@code features}} */
    public static RowsReader single(ModelCard card) {
        return new RowsReader(card, 1, true);
    }

    /** {@return a reader of up to {@code maxRows} rows, called {@code instances}} */
    public static RowsReader many(ModelCard card, int maxRows) {
        return new RowsReader(card, maxRows, false);
    }

    /** A row begins. */
    public void startRow() throws InvalidInputException {
        if (rows == maxRows) {
            throw new InvalidInputException("instances", "must have at most " + maxRows + " rows, found more");
        }
        column = 0;
        if ((rows + 1) * card.width() > values.length) {
            values = Arrays.copyOf(values, (int) Math.min(values.length * 2L, (long) maxRows * card.width()));
        }
    }

    /** The next value of the row. */
    public void value(double value) throws InvalidInputException {
        if (column == card.width()) {
            throw new InvalidInputException(rowPlace(), width() + ", found more");
        }
        float single = (float) value;
        if (!Float.isFinite(single)) {
            throw refuse(Double.isFinite(value) ? value + ", which is beyond a 32-bit float" : value + "");
        }
        values[rows * card.width() + column++] = single;
    }

    /** {@return the fault that the next value of the row is, being {@code found}} */
    public InvalidInputException refuse(String found) {
        return new InvalidInputException(place(), "must be a finite number, found " + found);
    }

    /** The row is complete. */
    public void endRow() throws InvalidInputException {
        if (column != card.width()) {
            throw new InvalidInputException(rowPlace(), width() + ", found " + column);
        }
        rows++;
    }

    /** {@return all the rows} */
    public Rows rows() {
        return new Rows(card.width(), rows, values);
    }

    /** {@return the place of the next value} */
    public String place() {
        return rowPlace() + "[" + column + "]";
    }

    /** {@return the place of the present row} */
    public String rowPlace() {
        return single ? "features" : "instances[" + rows + "]";
    }

    /** {@return the rule that a row has to follow} */
    public String width() {
        String names = card.features().stream().map(ModelCard.Feature::name).collect(Collectors.joining(", "));
        return "must have " + card.width() + (card.width() == 1 ? " value (" : " values (") + names + ")";
    }
}
