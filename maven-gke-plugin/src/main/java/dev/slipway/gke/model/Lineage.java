package dev.slipway.gke.model;

/** How the commit that is checked out stands to another one, as far as version control knows. */
public enum Lineage {
    /** It is that commit. */
    SAME,
    /** It comes after it, and holds all of it. */
    AFTER,
    /** It comes before it, and lacks some of it. */
    BEFORE,
    /** Neither holds the other: two branches. */
    APART,
    /** The other commit is not known here, as in a shallow clone. */
    UNKNOWN
}
