package dev.slipway.gke.google;

import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ImpersonatedCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.auth.oauth2.UserCredentials;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.port.TokenSource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tokens by Google's application default credentials: the file that {@code GOOGLE_APPLICATION_CREDENTIALS} names (a key, or the
 * configuration of Workload Identity Federation), else the login of gcloud, else the machine's own account if it is one of Google's.
 */
public final class ApplicationDefaultTokens implements TokenSource {
    private static final String SOURCE = "application default credentials";

    /** Off Google's network, the search ends in waiting for a metadata server that is not there. */
    private static final Duration SEARCH = Duration.ofSeconds(10);

    private final String identity;
    private final FreshToken token;

    private ApplicationDefaultTokens(GoogleCredentials credentials, Clock clock) {
        this.identity = identity(credentials);
        this.token = new FreshToken(
                credentials.createScoped(ServiceAccountTokens.SCOPES),
                new TokenFailures(identity, SOURCE, host(credentials)),
                clock);
    }

    /**
     * {@return tokens by the credentials that the machine has; looks for ten seconds at most}
     *
     * @throws DeployFailure {@code CREDENTIALS_MISSING} if there are none; {@code CREDENTIALS_UNREADABLE} if there is a file that
     *     makes no sense
     */
    static ApplicationDefaultTokens find(GoogleEndpoints endpoints, Clock clock) {
        GoogleCredentials credentials = search();
        if (credentials instanceof ServiceAccountCredentials account) {
            ServiceAccountTokens.requireOurs(account, endpoints, "GOOGLE_APPLICATION_CREDENTIALS");
        }
        return new ApplicationDefaultTokens(credentials, clock);
    }

    private static GoogleCredentials search() {
        try {
            return TimeLimit.call("looking for Google credentials", SEARCH, GoogleCredentials::getApplicationDefault)
                    .orElseThrow(() -> missing(null));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String message = String.valueOf(cause == null ? null : cause.getMessage());
            if (cause instanceof IOException && message.startsWith("Your default credentials were not found")) {
                throw missing(cause);
            }
            // The library's message names the file and what it makes of it; its cause may quote the file.
            throw new DeployFailure(
                    FailureCode.CREDENTIALS_UNREADABLE,
                    "The application default credentials cannot be read",
                    message.startsWith("Error reading credential file") ? fileIn(message) : SOURCE,
                    "Check the file that GOOGLE_APPLICATION_CREDENTIALS names, or run: gcloud auth application-default login");
        }
    }

    private static String fileIn(String message) {
        int from = message.indexOf("value '");
        int to = message.indexOf("':", from);
        return from >= 0 && to > from ? message.substring(from + "value '".length(), to) : SOURCE;
    }

    private static DeployFailure missing(@Nullable Throwable cause) {
        return new DeployFailure(
                FailureCode.CREDENTIALS_MISSING,
                "There are no credentials for Google",
                "the environment of this build",
                """
                Use one of these ways:
                - GKE_SA_KEY: the JSON of a service account's key, or the path of its file
                - GOOGLE_APPLICATION_CREDENTIALS: the path of a key, or of a Workload Identity Federation configuration \
                (in GitHub Actions, google-github-actions/auth sets it, and no key is needed)
                - at a desk: gcloud auth application-default login""",
                cause);
    }

    private static String identity(GoogleCredentials credentials) {
        if (credentials instanceof ServiceAccountCredentials account) {
            return account.getClientEmail();
        }
        if (credentials instanceof ImpersonatedCredentials impersonated) {
            return impersonated.getAccount();
        }
        if (credentials instanceof ExternalAccountCredentials external) {
            String email = external.getServiceAccountEmail();
            return email == null ? "the federated identity of this build" : email;
        }
        if (credentials instanceof UserCredentials) {
            return "the user of gcloud auth application-default login";
        }
        if (credentials instanceof ComputeEngineCredentials machine) {
            return account(machine).orElse("the service account of this machine");
        }
        return "the application default credentials";
    }

    private static Optional<String> account(ComputeEngineCredentials machine) {
        try {
            return TimeLimit.call("asking this machine for its account", Duration.ofSeconds(5), machine::getAccount);
        } catch (ExecutionException e) {
            return Optional.empty();
        }
    }

    private static String host(GoogleCredentials credentials) {
        return credentials instanceof ServiceAccountCredentials account
                ? account.getTokenServerUri().getHost()
                : "oauth2.googleapis.com";
    }

    @Override
    public AccessToken token() {
        return token.get();
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public String toString() {
        return "ApplicationDefaultTokens[" + identity + "]";
    }
}
