package dev.slipway.gke.config;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Tells a build of a pull request from any other, by what CI services say in their environment. What a pull request holds was
 * reviewed by nobody yet, so it goes to an environment of its own and nowhere else.
 */
public final class PullRequest {
    /** What a service sets, and which values of it mean a pull request. */
    private static final Map<String, Predicate<String>> SIGNS = signs();

    private PullRequest() {}

    private static Map<String, Predicate<String>> signs() {
        Map<String, Predicate<String>> signs = new LinkedHashMap<>();
        signs.put("GITHUB_EVENT_NAME", event -> event.startsWith("pull_request"));
        signs.put("GITHUB_HEAD_REF", branch -> true);
        signs.put("CI_MERGE_REQUEST_IID", number -> true);
        signs.put("CI_EXTERNAL_PULL_REQUEST_IID", number -> true);
        signs.put("BITBUCKET_PR_ID", number -> true);
        signs.put("CHANGE_ID", number -> true);
        signs.put("CIRCLE_PULL_REQUEST", url -> true);
        signs.put("SYSTEM_PULLREQUEST_PULLREQUESTID", number -> true);
        signs.put("BUILD_REASON", reason -> reason.equals("PullRequest"));
        signs.put("TRAVIS_PULL_REQUEST", number -> !number.equals("false"));
        return signs;
    }

    /** {@return what says that this build is a pull request's, as {@code VARIABLE=value}; empty if nothing does} */
    public static Optional<String> sign(Map<String, String> environment) {
        return SIGNS.entrySet().stream()
                .filter(sign -> !environment.getOrDefault(sign.getKey(), "").isBlank())
                .filter(sign -> sign.getValue().test(environment.get(sign.getKey())))
                .map(sign -> sign.getKey() + "=" + environment.get(sign.getKey()))
                .findFirst();
    }

    /**
     * Ends the goal if this build is a pull request's and may not be.
     *
     * @param policy {@code refuse} or {@code allow}
     */
    public static void check(Optional<String> policy, Map<String, String> environment) {
        String word = policy.orElse("refuse").toLowerCase(Locale.ROOT);
        if (!word.equals("refuse") && !word.equals("allow")) {
            throw new DeployFailure(
                    FailureCode.CONFIGURATION_INVALID,
                    "<pullRequest> is '" + word + "'",
                    "the configuration of gke-maven-plugin",
                    "It is either refuse or allow");
        }
        if (word.equals("refuse")) {
            sign(environment).ifPresent(sign -> {
                throw new DeployFailure(
                        FailureCode.PULL_REQUEST_REFUSED,
                        "This is the build of a pull request, and only a preview is deployed from one",
                        sign,
                        "Use -Ppreview -Dpreview.id=ID, or merge first. In another reactor: gke.pullRequest=allow for the"
                                + " environment that is a pull request's own");
            });
        }
    }
}
