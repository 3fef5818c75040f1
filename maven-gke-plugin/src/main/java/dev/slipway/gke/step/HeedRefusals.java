package dev.slipway.gke.step;

import dev.slipway.gke.diff.Risks;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Risk;
import dev.slipway.gke.model.TryOut;
import dev.slipway.gke.progress.Progress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ends a deploy that the API server would refuse in the middle, before anything is written; and says what else should be known
 * before.
 */
public final class HeedRefusals implements Step<PlanRelease.Planned, PlanRelease.Planned> {
    private static final Set<Risk.Kind> TOLD_BY_FAILURE = Set.of(Risk.Kind.IMMUTABLE_FIELD, Risk.Kind.REFUSED);

    @Override
    public PlanRelease.Planned run(PlanRelease.Planned planned, Progress progress) {
        if (planned.unchanged()) {
            return planned;
        }
        planned.changes().risks().stream()
                .filter(risk -> !TOLD_BY_FAILURE.contains(risk.kind()))
                .forEach(risk -> progress.warn(risk.object() + ": " + risk.text()));
        planned.changes()
                .drift()
                .forEach(drift -> progress.warn(drift.object() + " was changed by hand since"
                        + drift.by().map(who -> " (" + who + ")").orElse("")
                        + (drift.fields().isEmpty()
                                ? ": it was deleted"
                                : ": "
                                        + drift.fields().stream()
                                                .map(Object::toString)
                                                .collect(Collectors.joining(", ")))
                        + "; this release puts it right"));
        check(planned);
        return planned;
    }

    /**
     * Looks at what the server said.
     *
     * @throws DeployFailure FIELD_IMMUTABLE, KIND_MISSING or SERVER_REFUSED if it would refuse an object
     */
    public static void check(PlanRelease.Planned planned) {
        for (TryOut tried : planned.tries()) {
            if (tried.verdict() instanceof TryOut.NoSuchKind) {
                throw kindMissing(planned, tried);
            }
        }
        List<TryOut> refused = planned.tries().stream()
                .filter(tried -> tried.verdict() instanceof TryOut.Refused)
                .toList();
        for (TryOut tried : refused) {
            if (tried.verdict() instanceof TryOut.Refused refusal && Risks.immutable(refusal)) {
                throw immutable(planned, tried, refusal);
            }
        }
        if (!refused.isEmpty()) {
            throw refused(planned);
        }
    }

    private static DeployFailure immutable(PlanRelease.Planned planned, TryOut tried, TryOut.Refused refusal) {
        String object = tried.object().toString();
        String fields = refusal.fields().isEmpty() ? "A field" : String.join(", ", refusal.fields());
        String delete = "kubectl -n "
                + tried.object().namespace().orElse(planned.site().namespace().value()) + " delete "
                + tried.object().kind().toLowerCase(Locale.ROOT) + " "
                + tried.object().name();
        return new DeployFailure(
                        FailureCode.FIELD_IMMUTABLE,
                        fields + " of " + object + " cannot be changed once it is set. " + words(planned, object),
                        where(planned),
                        "Leave it as it was, or give the object another name; or, if a gap in service will do, delete the object"
                                + " first and deploy again: " + delete)
                .with(planned.changes());
    }

    private static DeployFailure kindMissing(PlanRelease.Planned planned, TryOut tried) {
        return new DeployFailure(
                        FailureCode.KIND_MISSING,
                        "The cluster knows no " + tried.object().kind() + " of "
                                + tried.object().apiVersion() + ", and the chart holds a " + tried.object(),
                        where(planned),
                        "Install what brings the kind (its CustomResourceDefinition) first, or take the object out by the values;"
                                + " kubectl api-resources lists what the cluster knows")
                .with(planned.changes());
    }

    private static DeployFailure refused(PlanRelease.Planned planned) {
        String all = planned.changes().risks().stream()
                .filter(risk -> risk.kind() == Risk.Kind.REFUSED)
                .map(risk -> risk.object() + ": " + risk.text())
                .collect(Collectors.joining("; "));
        return new DeployFailure(
                        FailureCode.SERVER_REFUSED,
                        "The API server would refuse " + all,
                        where(planned),
                        "Mend the values or the chart by its words; a quota or an admission rule is for the cluster's"
                                + " administrator to change")
                .with(planned.changes());
    }

    private static String words(PlanRelease.Planned planned, String object) {
        return planned.changes().risks().stream()
                .filter(risk -> risk.kind() == Risk.Kind.IMMUTABLE_FIELD
                        && risk.object().equals(object))
                .map(Risk::text)
                .findFirst()
                .orElse("");
    }

    private static String where(PlanRelease.Planned planned) {
        return "namespace " + planned.site().namespace() + " on "
                + planned.site().connection().cluster();
    }
}
