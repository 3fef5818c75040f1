package dev.slipway.serving.model;

/** Something that scores rows: a loaded model. Safe to use from many threads at once, until it is closed. */
public interface Scorer extends AutoCloseable {

    /** {@return one score and one label for each row, in the order of the rows} */
    Scores score(Rows rows);

    /** Gives back what the model holds. Nothing may be scored afterwards. */
    @Override
    void close();
}
