package dev.slipway.gke.helm;

import static dev.slipway.gke.failure.FailureCode.CHART_INVALID;
import static dev.slipway.gke.failure.FailureCode.CLUSTER_DENIED;
import static dev.slipway.gke.failure.FailureCode.CLUSTER_UNAUTHORIZED;
import static dev.slipway.gke.failure.FailureCode.CLUSTER_UNREACHABLE;
import static dev.slipway.gke.failure.FailureCode.HOOK_FAILED;
import static dev.slipway.gke.failure.FailureCode.KIND_MISSING;
import static dev.slipway.gke.failure.FailureCode.NAMESPACE_MISSING;
import static dev.slipway.gke.failure.FailureCode.RELEASE_BUSY;
import static dev.slipway.gke.failure.FailureCode.RELEASE_NOT_FOUND;
import static dev.slipway.gke.failure.FailureCode.RELEASE_REFUSED;
import static dev.slipway.gke.failure.FailureCode.VALUES_INVALID;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes failures of Helm's words. Helm has no error codes, neither in its library nor in its exit status, so its sentences are all
 * there is; the tests hold them against the real Helms. Words that are not known here are passed on as they are.
 */
final class HelmErrors {
    /** What we say ourselves when Helm was ended. */
    static final String STOPPED = "Helm did not end in time and was stopped, after";

    private static final int LONGEST = 1500;

    private static final Pattern PREFIX = Pattern.compile(
            "^(Error: |ERROR: |INSTALLATION FAILED: |UPGRADE FAILED: |uninstallation completed with 1 error\\(s\\): |uninstall: )+");
    private static final Pattern REFUSED_BY_CHART =
            Pattern.compile("execution error at \\((?<at>[^()]+)\\): (?<why>.*)", Pattern.DOTALL);
    private static final Pattern IN_TEMPLATE =
            Pattern.compile("(?<at>\\S+:\\d+:\\d+):?\\s+executing \"[^\"]*\" at <(?<code>.*?)>:\\s*(?<why>[^\\n]*)");
    private static final Pattern PARSE =
            Pattern.compile("parse error at \\((?<at>[^()]+)\\): (?<why>.*)", Pattern.DOTALL);
    private static final Pattern YAML = Pattern.compile(
            "(YAML parse error on|error unmarshall?ing|unable to parse YAML in) (?<at>[^:\\s]+): (?<why>.*)",
            Pattern.DOTALL);
    private static final Pattern OF_CHART =
            Pattern.compile("Chart\\.yaml|chart\\.metadata|chart requires kubeVersion|missing in charts/ directory"
                    + "|chart validation|validation: |charts are not installable|load chart|detect chart|maximum file size"
                    + "|illegally contains|error validating data|path \"[^\"]*\" not found|error while parsing");
    private static final Pattern VIOLATION = Pattern.compile("^- (at '(?<at>[^']*)': )?(?<why>.*)$");
    private static final Pattern TAKEN = Pattern.compile("cannot re-?use a name that is still in use");
    private static final Pattern NAMESPACE = Pattern.compile("namespaces \"(?<name>[^\"]+)\" not found");
    private static final Pattern UNKNOWN_KIND =
            Pattern.compile("no matches for kind \"(?<kind>[^\"]+)\" in version \"(?<version>[^\"]+)\"");
    private static final Pattern CONNECTION = Pattern.compile(
            "connection refused|no such host|i/o timeout|context deadline exceeded|connection reset|no route to host"
                    + "|network is unreachable|TLS handshake|tls: |x509: |EOF|proxyconnect|server misbehaving");

    private final String where;
    private final Map<String, String> names;
    private final Redactor redactor;

    /**
     * @param where the chart or the cluster that it is about
     * @param names private files, and what people know them as
     * @param redactor takes secrets out
     */
    HelmErrors(String where, Map<String, String> names, Redactor redactor) {
        this.where = where;
        this.names = names;
        this.redactor = redactor;
    }

    /** {@return the failure of something that needs no cluster} */
    DeployFailure offline(HelmException exception) {
        String words = words(exception);
        if (words.startsWith(STOPPED)) {
            return stopped(words, exception);
        }
        return ofValuesOrChart(words, exception)
                .orElseGet(() -> failure(
                        CHART_INVALID,
                        "Helm cannot work with the chart: " + words,
                        "Correct the chart; mvn gke:lint checks it without a cluster",
                        exception));
    }

    /**
     * {@return the failure of fetching a chart}
     *
     * @param registry where it is, host and port
     * @param account who asked for it; empty for nobody in particular
     */
    DeployFailure fetching(HelmException exception, String registry, Optional<String> account) {
        return failure(
                CHART_INVALID,
                "The chart cannot be fetched"
                        + account.map(name -> " as " + name).orElse("") + ": " + words(exception),
                account.isPresent()
                        ? "Check the reference, and that this account may read it: it is that of the server " + registry
                                + " in Maven's settings, or of DOCKER_HUB_USERNAME"
                        : "Check the reference; if the registry does not give it to anybody, put an account into Maven's"
                                + " settings, as the server " + registry + "; or name a chart folder or .tgz",
                exception);
    }

    /** {@return the failure of something on a cluster} */
    DeployFailure online(HelmException exception) {
        String words = words(exception);
        if (words.startsWith(STOPPED)) {
            return stopped(words, exception);
        }
        if (words.contains("another operation (install/upgrade/rollback) is in progress")) {
            return failure(
                    RELEASE_BUSY,
                    "Another operation on the release is under way, or was cut off in the middle",
                    "Wait until the other build has ended and run this again; if there is none, mvn gke:status shows the revision"
                            + " that is still pending",
                    exception);
        }
        if (TAKEN.matcher(words).find()) {
            return failure(
                    RELEASE_BUSY,
                    "Somebody else has installed the release meanwhile",
                    "Run the same command again: it will upgrade what is there",
                    exception);
        }
        Matcher namespace = NAMESPACE.matcher(words);
        if (namespace.find()) {
            return failure(
                    NAMESPACE_MISSING,
                    "There is no namespace " + namespace.group("name"),
                    "Create it, or let the plugin do it with -Dgke.createNamespace",
                    exception);
        }
        if (words.contains("Unauthorized") || words.contains("asked for the client to provide credentials")) {
            return failure(
                    CLUSTER_UNAUTHORIZED,
                    "The API server does not know who we are: " + words,
                    "Renew the credentials and run the same command again",
                    exception);
        }
        if (words.contains("is forbidden: User") || words.contains("is forbidden: user")) {
            return failure(
                    CLUSTER_DENIED,
                    "The API server does not let us: " + words,
                    "Give this identity the right to what is named here, by a RoleBinding in the namespace",
                    exception);
        }
        if (words.contains("cluster unreachable") || transport(words)) {
            return failure(
                    CLUSTER_UNREACHABLE,
                    "The API server cannot be reached: " + words.replaceFirst("^.*?cluster unreachable: ", ""),
                    "Check that the cluster runs and that this machine reaches it; mvn gke:status asks it again",
                    exception);
        }
        if (words.contains("release: not found") || words.contains("Release not loaded")) {
            return failure(
                    RELEASE_NOT_FOUND,
                    "There is no such release",
                    "mvn gke:status shows what there is; check <release> and <namespace>",
                    exception);
        }
        if (words.contains("has no deployed releases")) {
            return failure(
                    RELEASE_NOT_FOUND,
                    "The release has no revision that could be upgraded: it was uninstalled",
                    "Run the same command again: it will install the release",
                    exception);
        }
        Matcher kind = UNKNOWN_KIND.matcher(words);
        if (kind.find()) {
            return failure(
                    KIND_MISSING,
                    "The cluster does not know " + kind.group("kind") + " of " + kind.group("version"),
                    "Install what defines it on the cluster first, or switch it off in the values",
                    exception);
        }
        return ofValuesOrChart(words, exception).orElseGet(() -> refused(words, exception));
    }

    private DeployFailure refused(String words, HelmException exception) {
        if (words.contains("cannot be imported into the current release")) {
            return failure(
                    RELEASE_REFUSED,
                    "An object of the release is there already and belongs to something else: " + words,
                    "Delete that object, or choose another release name or namespace",
                    exception);
        }
        if (words.contains("field is immutable")
                || words.contains("updates to statefulset spec for fields other than")) {
            return failure(
                    RELEASE_REFUSED,
                    "The release changes a field that cannot be changed: " + words,
                    "Undo the change, or delete the object that is named here and run the same command again",
                    exception);
        }
        if (words.contains("hook")) {
            return failure(
                    HOOK_FAILED,
                    "A hook of the chart has failed: " + words,
                    "Read what its pod printed, mend that, and run the same command again",
                    exception);
        }
        return failure(
                RELEASE_REFUSED,
                "Helm could not make the release: " + words,
                "Read Helm's words here; the heading of this code in docs/failures.md has the usual causes",
                exception);
    }

    private Optional<DeployFailure> ofValuesOrChart(String words, HelmException exception) {
        if (words.contains("meet the specifications of the schema")) {
            return Optional.of(violations(words, exception));
        }
        if (words.startsWith("failed to parse ")) {
            return Optional.of(failure(
                    VALUES_INVALID, "A values file cannot be read: " + words, "Correct the values file", exception));
        }
        Matcher refusal = last(REFUSED_BY_CHART, words);
        if (refusal != null) {
            return Optional.of(new DeployFailure(
                    VALUES_INVALID,
                    "The chart refuses its values: " + flat(refusal.group("why")),
                    refusal.group("at"),
                    "Give the values that the chart asks for, in a values file",
                    exception));
        }
        for (Pattern pattern : List.of(IN_TEMPLATE, PARSE, YAML)) {
            Matcher matcher = last(pattern, words);
            if (matcher != null) {
                String code = pattern == IN_TEMPLATE ? " at {{ " + matcher.group("code") + " }}" : "";
                return Optional.of(new DeployFailure(
                        CHART_INVALID,
                        "A template of the chart fails: " + flat(matcher.group("why")) + code,
                        matcher.group("at"),
                        "Correct the template; mvn gke:lint checks it without a cluster",
                        exception));
            }
        }
        if (OF_CHART.matcher(words).find()) {
            return Optional.of(failure(
                    CHART_INVALID,
                    "Helm cannot work with the chart: " + words,
                    "Correct the chart; mvn gke:lint checks it without a cluster",
                    exception));
        }
        return Optional.empty();
    }

    private DeployFailure violations(String words, HelmException exception) {
        List<String> violations = new ArrayList<>();
        for (String line : words.lines().toList()) {
            Matcher matcher = VIOLATION.matcher(line.strip());
            if (matcher.matches()) {
                String at = matcher.group("at");
                String path = at == null ? "" : at.replaceFirst("^/", "").replace('/', '.');
                violations.add((path.isEmpty() ? "" : path + ": ") + matcher.group("why"));
            }
        }
        Collections.sort(violations);
        return new DeployFailure(
                VALUES_INVALID,
                violations.isEmpty()
                        ? "The values break the chart's schema: " + flat(words)
                        : "The values break the chart's schema in " + violations.size()
                                + (violations.size() == 1 ? " place: " : " places: ") + String.join("; ", violations),
                names.isEmpty() ? where : String.join(", ", names.values()),
                "Correct these values; the chart's values.schema.json says what it takes",
                exception);
    }

    private DeployFailure stopped(String words, HelmException exception) {
        return failure(
                RELEASE_REFUSED,
                words,
                "Look for a hook that does not end or a cluster that does not answer; or give it more time with -Dgke.timeout",
                exception);
    }

    private DeployFailure failure(FailureCode code, String what, String tryThis, HelmException exception) {
        return new DeployFailure(code, flat(what), where, tryThis, exception);
    }

    /** Templates call templates: the innermost error is the one that says something. */
    private static @Nullable Matcher last(Pattern pattern, String words) {
        Matcher matcher = pattern.matcher(words);
        int start = -1;
        while (matcher.find()) {
            start = matcher.start();
        }
        return start >= 0 && matcher.find(start) ? matcher : null;
    }

    private static boolean transport(String words) {
        return words.contains("Get \"https://") && CONNECTION.matcher(words).find();
    }

    /** Helm's words without its prefixes, its advice and our private paths. */
    private String words(HelmException exception) {
        String words = exception.words().strip();
        int advice = words.indexOf("\n\nUse --debug");
        words = PREFIX.matcher(advice < 0 ? words : words.substring(0, advice)).replaceFirst("");
        for (Map.Entry<String, String> name : names.entrySet()) {
            words = words.replace(name.getKey(), name.getValue());
        }
        return redactor.failure(words);
    }

    private static String flat(String words) {
        String flat = words.strip().replaceAll("\\s*\\n\\s*", " ");
        String ended = flat.endsWith(".") ? flat.substring(0, flat.length() - 1) : flat;
        return ended.length() <= LONGEST ? ended : ended.substring(0, LONGEST) + " …";
    }
}
