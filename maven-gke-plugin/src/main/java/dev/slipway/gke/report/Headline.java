package dev.slipway.gke.report;

import dev.slipway.gke.model.ObjectChange;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The words that a page and a summary begin with. */
final class Headline {
    private Headline() {}

    /** {@return what became of which release, as a line} */
    static String of(DeploymentReport report) {
        String release = report.release() == null ? "The release" : report.release();
        String where = report.namespace() == null ? "" : " in " + report.namespace();
        return release + " " + word(report.outcome()) + where;
    }

    /** {@return the outcome as the verb of a line} */
    static String word(String outcome) {
        return switch (outcome) {
            case "deployed" -> "is deployed";
            case "unchanged" -> "is unchanged";
            case "rolled-back" -> "failed and was rolled back";
            case "restored" -> "is back at an earlier revision";
            case "undeployed" -> "is undeployed";
            case "interrupted" -> "was interrupted";
            default -> "failed";
        };
    }

    /** {@return a sign of the outcome, as GitHub writes emoji} */
    static String icon(String outcome) {
        return switch (outcome) {
            case "deployed", "unchanged", "restored", "undeployed" -> ":white_check_mark:";
            case "rolled-back", "interrupted" -> ":warning:";
            default -> ":x:";
        };
    }

    /** {@return how an object differs} */
    static String verb(@Nullable String type) {
        if (type == null) {
            return "";
        }
        return switch (ObjectChange.Type.valueOf(type.toUpperCase(Locale.ROOT))) {
            case ADD -> "added";
            case CHANGE -> "changed";
            case REMOVE -> "removed";
        };
    }
}
