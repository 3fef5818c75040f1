package dev.slipway.gke.model;

import java.util.List;
import java.util.function.Function;

/** How far the workloads of a release are. A new case breaks every reader, by {@link #fold}. */
public sealed interface RolloutState {

    /**
     * One workload's count.
     *
     * @param workload kind and name
     * @param wanted how many replicas there should be
     * @param updated how many are of the new revision
     * @param ready how many of the new revision are ready
     * @param detail what its pods are at, in a few words, such as {@code pulling image}; may be empty
     */
    record Count(String workload, int wanted, int updated, int ready, String detail) {
        @Override
        public String toString() {
            return workload + " " + ready + "/" + wanted + " ready" + (detail.isEmpty() ? "" : ", " + detail);
        }
    }

    /** What a pod waits for. */
    enum Phase {
        /** A node. */
        SCHEDULING,
        /** Its volumes, its network and its images. */
        PULLING,
        /** Its containers to be ready: the model to be loaded. */
        STARTING
    }

    /**
     * A pod that is not ready.
     *
     * @param pod its name
     * @param phase what it waits for
     */
    record Waiting(String pod, Phase phase) {}

    /**
     * Still going on.
     *
     * @param counts how far it is
     * @param waiting the pods of the new revision that are not ready
     */
    record Progressing(List<Count> counts, List<Waiting> waiting) implements RolloutState {
        /** Without a word on the pods. */
        public Progressing(List<Count> counts) {
            this(counts, List.of());
        }
    }

    /** Every replica is of the new revision and ready, and none of the old is left. */
    record Complete(List<Count> counts) implements RolloutState {}

    /**
     * It will not get better by waiting.
     *
     * @param counts how far it got
     * @param cause what kind of trouble it is
     * @param reason what is wrong, as a sentence without its full stop, with the cluster's own words
     */
    record Stalled(List<Count> counts, Cause cause, String reason) implements RolloutState {}

    /** What kind of trouble does not pass by itself. */
    enum Cause {
        CRASH_LOOP,
        IMAGE_UNPULLABLE,
        CANNOT_START,
        OUT_OF_MEMORY,
        UNSCHEDULABLE,
        PODS_REFUSED,
        DEADLINE_EXCEEDED,
        OTHER
    }

    /** {@return the workloads' counts, in any case} */
    List<Count> counts();

    /** {@return what the function for this case makes of it} */
    default <R> R fold(
            Function<Progressing, R> progressing, Function<Complete, R> complete, Function<Stalled, R> stalled) {
        if (this instanceof Progressing state) {
            return progressing.apply(state);
        }
        if (this instanceof Complete state) {
            return complete.apply(state);
        }
        return stalled.apply((Stalled) this);
    }
}
