package dev.slipway.gke.model;

import java.time.Instant;
import java.util.Optional;

/**
 * Which source a build is made from.
 *
 * @param commit the commit that is checked out, 40 hexadecimal digits; empty outside a repository
 * @param committedAt when that commit was made
 * @param changes a hash over everything that differs from the commit, 12 hexadecimal digits; empty if nothing does
 */
public record SourceState(Optional<String> commit, Optional<Instant> committedAt, Optional<String> changes) {
    /** Sources of which nothing is known. */
    public static final SourceState NONE = new SourceState(Optional.empty(), Optional.empty(), Optional.empty());

    /** A commit whose time nobody needs to know. */
    public SourceState(Optional<String> commit, Optional<String> changes) {
        this(commit, Optional.empty(), changes);
    }

    /** {@return the image tag: the commit, and {@code -dirty-} with the hash if anything differs} */
    public String tag() {
        String base = commit.orElse("nocommit");
        return changes.map(hash -> base + "-dirty-" + hash).orElse(base);
    }
}
