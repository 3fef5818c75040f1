package dev.slipway.gke.mojo;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was written for a parameter, in the order in which it counts. */
final class Written {
    private Written() {}

    /** {@return the first text that was written at all; blank counts as not written} */
    static Optional<String> first(@Nullable String... texts) {
        return Arrays.stream(texts)
                .filter(Objects::nonNull)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .findFirst();
    }
}
