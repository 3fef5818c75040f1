package dev.slipway.gke.report;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.progress.Printable;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What GitHub Actions shows beside the log, when the build runs there. */
public final class GitHub {
    private final Map<String, String> environment;

    private GitHub(Map<String, String> environment) {
        this.environment = environment;
    }

    /** {@return GitHub Actions, if that is where the build runs} */
    public static Optional<GitHub> in(Map<String, String> environment) {
        return "true".equals(environment.get("GITHUB_ACTIONS"))
                ? Optional.of(new GitHub(environment))
                : Optional.empty();
    }

    /** {@return the file that the summary of this step is appended to, if the runner has one} */
    public Optional<Path> summary() {
        return Optional.ofNullable(environment.get("GITHUB_STEP_SUMMARY"))
                .filter(file -> !file.isBlank())
                .map(Path::of);
    }

    /**
     * {@return a workflow command that annotates the run with the failure; to be printed as a line of its own. Whatever is in the
     * failure stays inside the annotation}
     */
    public static String annotation(String code, String what, String where) {
        return "::error title=" + property(code) + "::" + data(what + "\nwhere: " + where);
    }

    /** {@return the annotation of a failure without its secrets} */
    public static String annotation(DeployFailure failure, java.util.function.UnaryOperator<String> hide) {
        return annotation(failure.code().code(), hide.apply(failure.what()), hide.apply(failure.where()));
    }

    private static String data(String text) {
        return Printable.text(text)
                .strip()
                .replace("%", "%25")
                .replace("\r", "%0D")
                .replace("\n", "%0A")
                // Older commands of the runner are heard anywhere in a line.
                .replace("##[", "## [");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
