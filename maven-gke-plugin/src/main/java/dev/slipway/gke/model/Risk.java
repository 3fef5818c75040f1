package dev.slipway.gke.model;

/**
 * Something that somebody should know before it is done.
 *
 * @param kind which
 * @param object kind and name
 * @param text what it means, as a sentence without its full stop
 */
public record Risk(Kind kind, String object, String text) {
    /** What can be at stake. */
    public enum Kind {
        /** The cluster refuses to change this field. */
        IMMUTABLE_FIELD,
        /** The cluster refuses the object, by its schema, a quota or an admission rule; or knows no such kind. */
        REFUSED,
        /** The cluster takes the workload, and would refuse a pod of it as it stands now. */
        PODS_REFUSED,
        /** A LoadBalancer goes, and its address with it. */
        ADDRESS_LOST,
        /** A PersistentVolumeClaim goes, and perhaps its data. */
        CLAIM_DELETED,
        /** The memory limit is to be lower than what is used now. */
        MEMORY_BELOW_USE,
        /** The pods may take longer to be ready than the deploy waits. */
        BUDGET_TOO_SHORT,
        /** The chart asks the cluster while it renders, so the same inputs may give something else. */
        LOOKUP
    }
}
