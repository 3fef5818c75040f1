package dev.slipway.gke.google;

import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ImpersonatedCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.auth.oauth2.UserCredentials;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Google's application default credentials: the file that {@code GOOGLE_APPLICATION_CREDENTIALS} names (a key, or the configuration
 * of Workload Identity Federation), else the login of gcloud, else the machine's own account if it is one of Google's.
 */
final class DefaultCredentials {
    private static final String VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";

    /** Off Google's network, the search ends in waiting for a metadata server that is not there. */
    private static final Duration SEARCH = Duration.ofSeconds(10);

    private DefaultCredentials() {}

    /**
     * {@return the login by the credentials that the machine has; looks for ten seconds at most}
     *
     * @param variables the environment
     * @throws DeployFailure {@code CREDENTIALS_MISSING} if there are none; or as {@link CredentialsFile#load} says
     */
    static Login login(
            UnaryOperator<@Nullable String> variables, GoogleEndpoints endpoints, GoogleTransport transport) {
        Optional<Path> file = file(variables);
        GoogleCredentials credentials = file.map(path -> CredentialsFile.load(path, endpoints, transport))
                .orElseGet(() -> search(transport));
        return new Login(
                credentials,
                identity(credentials),
                file.map(Path::toString).orElse("application default credentials"),
                host(credentials));
    }

    /** Where Google's own tools look, in their order. The library would look there too, but follow what it finds unseen. */
    private static Optional<Path> file(UnaryOperator<@Nullable String> variables) {
        Optional<Path> named = path(variables.apply(VARIABLE));
        if (named.isPresent()) {
            return named;
        }
        Optional<Path> gcloud = path(variables.apply("CLOUDSDK_CONFIG"))
                .or(() -> System.getProperty("os.name", "").startsWith("Windows")
                        ? path(variables.apply("APPDATA")).map(data -> data.resolve("gcloud"))
                        : path(System.getProperty("user.home")).map(home -> home.resolve(".config/gcloud")));
        return gcloud.map(folder -> folder.resolve("application_default_credentials.json"))
                .filter(Files::isRegularFile);
    }

    private static Optional<Path> path(@Nullable String text) {
        try {
            return Optional.ofNullable(text)
                    .map(String::strip)
                    .filter(name -> !name.isEmpty())
                    .map(Path::of);
        } catch (InvalidPathException e) {
            throw new DeployFailure(
                    FailureCode.CREDENTIALS_UNREADABLE,
                    "The path of the application default credentials is no path",
                    VARIABLE,
                    "Name a file",
                    e);
        }
    }

    private static GoogleCredentials search(GoogleTransport transport) {
        try {
            return TimeLimit.call(
                            "looking for Google credentials",
                            SEARCH,
                            () -> GoogleCredentials.getApplicationDefault(transport))
                    .orElseThrow(() -> missing(null));
        } catch (ExecutionException e) {
            throw missing(e.getCause());
        }
    }

    private static DeployFailure missing(@Nullable Throwable cause) {
        return new DeployFailure(
                FailureCode.CREDENTIALS_MISSING,
                "There are no credentials for Google",
                "the environment of this build",
                """
                Use one of these ways:
                - GKE_SA_KEY: the JSON of a service account's key, base64 of it, or the path of its file
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
        if (credentials instanceof ServiceAccountCredentials account) {
            return account.getTokenServerUri().getHost();
        }
        return credentials instanceof ExternalAccountCredentials ? "sts.googleapis.com" : "oauth2.googleapis.com";
    }
}
