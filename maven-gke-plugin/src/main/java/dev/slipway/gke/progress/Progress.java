package dev.slipway.gke.progress;

/** Where steps say what they do. Lines go to a person; the record of them goes into the report. */
public interface Progress {

    /**
     * A step starts.
     *
     * @param step one word, the verb of the step, such as {@code rollout}
     * @param doing what it is about to do, as a person would say it
     * @return the step's line, which the step ends with {@link Line#done}; a line that is never ended counts as failed
     */
    Line begin(String step, String doing);

    /** A fact for the report, such as {@code image} or {@code revision}; it is kept even if a later step fails. */
    void found(Fact fact, String value);

    /** Something that somebody should act on, although the goal goes on. */
    void warn(String message);

    /** The facts that a report holds beside the steps. */
    enum Fact {
        TARGET,
        IMAGE,
        CHART,
        REVISION,
        ADDRESS
    }

    /** One step's line while it runs. */
    interface Line {
        /** The state of the step has changed: says so, if it was not said already. */
        void update(String state);

        /** The step has ended well; {@code fact} is what it found or did, with its measure. */
        void done(String fact);
    }
}
