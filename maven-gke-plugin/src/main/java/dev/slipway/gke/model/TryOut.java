package dev.slipway.gke.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the API server would make of an object.
 *
 * @param object what is asked for
 * @param live what there is now, as the API server gives it
 * @param verdict what it would be
 */
public record TryOut(KubeObject object, Optional<Map<String, Object>> live, Verdict verdict) {
    /** {@return the object as it would be, if the server would do it} */
    public Optional<Map<String, Object>> result() {
        return verdict instanceof Accepted accepted ? Optional.of(accepted.result()) : Optional.empty();
    }

    /** The API server's answer. A new case breaks every reader, by {@link #fold}. */
    public sealed interface Verdict {
        /** {@return what the function for this case makes of it} */
        default <R> R fold(
                Function<Accepted, R> accepted,
                Function<Refused, R> refused,
                Function<NoSuchKind, R> noSuchKind,
                Function<Unchecked, R> unchecked) {
            if (this instanceof Accepted verdict) {
                return accepted.apply(verdict);
            }
            if (this instanceof Refused verdict) {
                return refused.apply(verdict);
            }
            if (this instanceof NoSuchKind verdict) {
                return noSuchKind.apply(verdict);
            }
            return unchecked.apply((Unchecked) this);
        }
    }

    /**
     * It would do it.
     *
     * @param result the object as it would be, defaults and admission included
     */
    public record Accepted(Map<String, Object> result) implements Verdict {}

    /**
     * It would not.
     *
     * @param status the HTTP status
     * @param reason Kubernetes' word for it
     * @param message the server's own words
     * @param fields which fields it is about, if it says so
     */
    public record Refused(int status, String reason, String message, List<String> fields) implements Verdict {
        public Refused {
            fields = List.copyOf(fields);
        }
    }

    /** It knows no such kind. */
    public record NoSuchKind() implements Verdict {}

    /**
     * It could not be asked.
     *
     * @param why as a sentence without its full stop
     */
    public record Unchecked(String why) implements Verdict {}
}
