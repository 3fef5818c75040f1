package dev.slipway.gke.google;

import com.google.auth.oauth2.GoogleCredentials;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.AccessToken;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The last token of some credentials, replaced before it ends. Google's own cache would not do: it takes a token with less than
 * three minutes for spent, so that it would ask anew for every use of a token that lives for 70 seconds.
 */
final class FreshToken {
    /** What {@link dev.slipway.gke.port.TokenSource} promises. */
    private static final Duration LEAST = Duration.ofMinutes(1);

    /** When to ask for the next token of a long-lived one: early, so that Google may be away for some minutes. */
    private static final Duration EARLY = Duration.ofMinutes(5);

    private static final Duration LONG_LIFE = Duration.ofMinutes(15);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final GoogleCredentials credentials;
    private final TokenFailures failures;
    private final Clock clock;

    private @Nullable AccessToken last;
    private Duration margin = LEAST;

    FreshToken(GoogleCredentials credentials, TokenFailures failures, Clock clock) {
        this.credentials = credentials;
        this.failures = failures;
        this.clock = clock;
    }

    /** {@return a token that is good for a minute at least, unless Google gives out shorter ones} */
    synchronized AccessToken get() {
        AccessToken held = last;
        if (held != null && left(held).compareTo(margin) >= 0) {
            return held;
        }
        try {
            AccessToken next = ask();
            margin = left(next).compareTo(LONG_LIFE) >= 0 ? EARLY : LEAST;
            last = next;
            return next;
        } catch (DeployFailure e) {
            if (held != null && left(held).compareTo(LEAST) >= 0) {
                return held;
            }
            throw held == null ? e : failures.meanwhile(e);
        }
    }

    /**
     * {@return a token in the place of one that a server has refused before its time}
     *
     * @throws DeployFailure {@code CREDENTIALS_EXPIRED} if Google gives no more of them
     */
    synchronized AccessToken insteadOf(AccessToken refused) {
        AccessToken held = last;
        if (held != null && !held.reveal().equals(refused.reveal())) {
            return get();
        }
        try {
            last = ask();
            return last;
        } catch (DeployFailure e) {
            throw failures.meanwhile(e);
        }
    }

    private Duration left(AccessToken token) {
        return Duration.between(clock.instant(), token.expiresAt());
    }

    private AccessToken ask() {
        Instant asked = clock.instant();
        try {
            Optional<com.google.auth.oauth2.AccessToken> answer =
                    TimeLimit.call("asking Google for a token", LIMIT, credentials::refreshAccessToken);
            com.google.auth.oauth2.AccessToken token = answer.orElseThrow(() -> failures.tooSlow(LIMIT));
            Date end = token.getExpirationTime();
            // Google always names the end; a token that names none is used once.
            return new AccessToken(token.getTokenValue(), end == null ? asked.plus(LEAST) : end.toInstant());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw failures.translate(io);
            }
            throw failures.unexpected(e.getCause());
        }
    }
}
