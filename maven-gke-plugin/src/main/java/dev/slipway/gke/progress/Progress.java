package dev.slipway.gke.progress;

import dev.slipway.gke.model.Changes;
import java.util.Collection;

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

    /** What the run is about to change, for the report; kept even if a later step fails. */
    void changes(Changes planned);

    /** Texts that must be shown nowhere from now on, such as what the release's Secret objects hold. */
    void hide(Collection<String> secrets);

    /** Something that somebody should act on, although the goal goes on. */
    void warn(String message);

    /** The facts that a report holds beside the steps. */
    enum Fact {
        /** The cluster. */
        TARGET,
        /** Repository and digest. */
        IMAGE,
        /** Name and version. */
        CHART,
        /** The commit that a revision was made from, where it is not that of the build. */
        COMMIT,
        /** The revision that was made, or that runs already. */
        REVISION,
        /** The service's address from outside. */
        ADDRESS,
        /** Which Helm, with its version. */
        HELM,
        /** Who deploys, from where. */
        OWNER,
        /** What the lock had to tell: whom we waited for, or whose half-done release was put right. */
        LOCK,
        /** The revision that serves again: after the one that was made had failed, or because it was wanted back. */
        RESTORED
    }

    /** One step's line while it runs. */
    interface Line {
        /** The state of the step has changed: says so, if it was not said already. */
        void update(String state);

        /** The step has ended well; {@code fact} is what it found or did, with its measure. */
        void done(String fact);
    }
}
