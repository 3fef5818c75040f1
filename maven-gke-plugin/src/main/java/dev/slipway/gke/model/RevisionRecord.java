package dev.slipway.gke.model;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * What we noted about one revision of a release, beside what Helm keeps.
 *
 * @param revision Helm's number
 * @param state how it went
 * @param image repository and digest that was deployed
 * @param commit the sources' commit
 * @param committedAt when that commit was made
 * @param inputs fingerprint of everything that the rendering depends on; the same inputs give the same objects
 * @param manifest SHA-256 of its objects and hooks, in a canonical form
 * @param who who deployed it
 * @param host on which machine
 * @param run the CI run
 * @param at when
 */
public record RevisionRecord(
        int revision,
        State state,
        Optional<String> image,
        Optional<String> commit,
        Optional<Instant> committedAt,
        String inputs,
        String manifest,
        String who,
        String host,
        Optional<URI> run,
        Instant at) {
    /** How a revision went. */
    public enum State {
        /** Begun; nobody noted how it ended. */
        PENDING,
        /** It ran and answered. */
        GOOD,
        /** It did not. */
        FAILED
    }

    /** {@return the same with another state} */
    public RevisionRecord in(State newState) {
        return new RevisionRecord(revision, newState, image, commit, committedAt, inputs, manifest, who, host, run, at);
    }
}
