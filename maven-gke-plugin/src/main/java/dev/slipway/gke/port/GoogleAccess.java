package dev.slipway.gke.port;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What Google lets us do. Changes nothing. */
public interface GoogleAccess {
    /** {@return those of the permissions that we have in a project; empty if Google does not say} */
    Optional<Set<String>> held(String project, Set<String> permissions, TokenSource tokens);

    /** {@return what time it is at Google; empty if it cannot be reached} */
    Optional<Instant> time();
}
