package dev.slipway.gke.google;

import com.google.api.client.http.HttpResponseException;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What it means when Google gives no token, in the words of whoever has to mend it.
 *
 * @param identity who asked
 * @param behind who acts as the identity, if somebody else does
 * @param source where his credentials come from, such as {@code GKE_SA_KEY}
 * @param host whom he asked
 */
record TokenFailures(String identity, Optional<String> behind, String source, String host) {
    /** The words of google-auth for an answer of Google's Security Token Service. */
    private static final Pattern EXCHANGE = Pattern.compile("Error code ([A-Za-z_]{1,60})");

    DeployFailure translate(IOException thrown) {
        HttpResponseException answer = cause(thrown, HttpResponseException.class);
        if (said(thrown, "Error getting subject token") || said(thrown, "Invalid credential location")) {
            return proof(answer, thrown);
        }
        if (answer == null) {
            return exchange(thrown).orElseGet(() -> unreachable(thrown));
        }
        int status = answer.getStatusCode();
        if (status == 429 || status >= 500) {
            return new DeployFailure(
                    FailureCode.GOOGLE_UNREACHABLE,
                    "Google's token endpoint answers " + status + ", after retries",
                    host,
                    "Try again in some minutes; https://status.cloud.google.com says whether Google has trouble",
                    thrown);
        }
        if (said(thrown, "Error requesting access token")) {
            return impersonation(status, thrown);
        }
        String content = answer.getContent() == null ? "" : answer.getContent();
        String body = content.toLowerCase(Locale.ROOT);
        if (body.contains("short-lived token") || body.contains("check your iat and exp")) {
            return rejected(
                    "Google finds the time in our request wrong",
                    "Set the clock of this machine (timedatectl, or chronyc makestep); its time now is "
                            + Instant.now(),
                    thrown);
        }
        if (body.contains("account not found") || body.contains("account_not_found")) {
            return rejected(
                    "Google knows no account " + identity,
                    "It was deleted or disabled, or the key is from another place. Make a key for an account that exists:"
                            + " gcloud iam service-accounts keys create key.json --iam-account=EMAIL",
                    thrown);
        }
        if (body.contains("invalid jwt signature")) {
            return rejected(
                    "Google no longer accepts this key of " + identity,
                    "The key was deleted, has ended, or was replaced. Make a new one and put it into " + source,
                    thrown);
        }
        if (body.contains("invalid_rapt") || body.contains("reauth")) {
            return rejected("Your login at Google has ended", "Run: gcloud auth application-default login", thrown);
        }
        return rejected(
                "Google gives " + identity + " no token: it answers " + status + described(content),
                "Check the credentials in " + source
                        + "; an organisation may forbid keys (iam.disableServiceAccountKeyUpload and others)",
                thrown);
    }

    /** {@return what it means that Google gives no token any more, after it had given one} */
    DeployFailure meanwhile(DeployFailure failure) {
        if (failure.code() != FailureCode.CREDENTIALS_REJECTED) {
            return failure;
        }
        return new DeployFailure(
                FailureCode.CREDENTIALS_EXPIRED,
                "The credentials of " + identity + " have ended or were revoked while they were in use: "
                        + failure.what(),
                failure.where(),
                failure.tryThis() + ". Then run the same command again: it continues from what the cluster says",
                failure);
    }

    /** The proof of a federation: GitHub gives one as long as the job runs, and only to jobs that may have one. */
    private DeployFailure proof(@Nullable HttpResponseException answer, IOException thrown) {
        return rejected(
                "There is no proof to show to Google's Security Token Service"
                        + (answer == null ? "" : ": whoever gives it answers " + answer.getStatusCode()),
                "In GitHub Actions, the job needs 'permissions: id-token: write', and to be running still; elsewhere, look at the"
                        + " file or the address in credential_source",
                thrown);
    }

    private Optional<DeployFailure> exchange(IOException thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            Matcher code = EXCHANGE.matcher(String.valueOf(t.getMessage()));
            if (code.lookingAt()) {
                return Optional.of(rejected(
                        "Google's Security Token Service does not take the proof of this build: " + code.group(1),
                        "Check the provider's name, its issuer and its attribute condition: gcloud iam workload-identity-pools"
                                + " providers describe",
                        thrown));
            }
        }
        return Optional.empty();
    }

    private DeployFailure impersonation(int status, IOException thrown) {
        String who = behind.orElse("the federated identity of this build");
        if (status == 401) {
            return rejected("Google does not accept the token of " + who, "Sign in again, or make a new key", thrown);
        }
        return rejected(
                who + " may not act as " + identity + ": Google answers " + status,
                "Give it the role on that account: gcloud iam service-accounts add-iam-policy-binding " + identity
                        + " --role roles/iam.serviceAccountTokenCreator --member MEMBER (for a federation,"
                        + " roles/iam.workloadIdentityUser), and check the account's address",
                thrown);
    }

    private static boolean said(Throwable thrown, String words) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (String.valueOf(t.getMessage()).startsWith(words)) {
                return true;
            }
        }
        return false;
    }

    DeployFailure tooSlow(Duration limit) {
        return new DeployFailure(
                FailureCode.GOOGLE_UNREACHABLE,
                "No token from Google within " + limit.toSeconds() + " s",
                host,
                "Check that this machine reaches " + host
                        + "; behind a proxy, pass -Dhttps.proxyHost and -Dhttps.proxyPort",
                null);
    }

    DeployFailure unexpected(@Nullable Throwable thrown) {
        return rejected(
                "The credentials of " + identity + " cannot be used", "Check the credentials in " + source, thrown);
    }

    private DeployFailure unreachable(IOException thrown) {
        if (wantsAccount(thrown)) {
            return new DeployFailure(
                    FailureCode.GOOGLE_UNREACHABLE,
                    "The proxy on the way to Google wants an account (407)",
                    host,
                    "A proxy with an account is not supported: name one without, or one on this machine that signs in to it",
                    thrown);
        }
        return new DeployFailure(
                FailureCode.GOOGLE_UNREACHABLE,
                "Google's token endpoint cannot be reached",
                host,
                "Check that this machine reaches " + host
                        + "; behind a proxy, pass -Dhttps.proxyHost and -Dhttps.proxyPort",
                thrown);
    }

    /** {@return whether a proxy said 407; the JDK has no other word for it than its message} */
    private static boolean wantsAccount(IOException thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && message.contains("tunnel through proxy") && message.contains(" 407 ")) {
                return true;
            }
        }
        return false;
    }

    private DeployFailure rejected(String what, String tryThis, @Nullable Throwable thrown) {
        return new DeployFailure(FailureCode.CREDENTIALS_REJECTED, what, source, tryThis, thrown);
    }

    /** OAuth's own words for it, from {@code error} and {@code error_description}; nothing else of the answer is shown. */
    private static String described(String content) {
        StringBuilder words = new StringBuilder();
        for (String field : new String[] {"error", "error_description"}) {
            Matcher matcher = Pattern.compile("\"" + field + "\"\\s*:\\s*\"([^\"]{1,200})\"")
                    .matcher(content);
            if (matcher.find()) {
                words.append(words.isEmpty() ? ", " : ": ").append(matcher.group(1));
            }
        }
        return words.toString();
    }

    private static <T extends Throwable> @Nullable T cause(Throwable thrown, Class<T> type) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
