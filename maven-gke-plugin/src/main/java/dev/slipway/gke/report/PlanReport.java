package dev.slipway.gke.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.gke.model.Changes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment would change, against what runs: what {@code plan.html} shows, and part of {@code plan.json}. Fields that are not
 * known are {@code null}, never left out.
 *
 * @param madeAt UTC
 * @param target the cluster
 * @param namespace where
 * @param release which release
 * @param revision the revision that runs, {@code null} if none does
 * @param chart name and version
 * @param image repository and digest
 * @param commit the sources' commit
 * @param changes between what runs and what is asked for
 * @param values which of the chart's values differ from the last revision's
 * @param drift what somebody else has changed since the last release, and would be put right
 * @param risks what should be known before
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PlanReport(
        String madeAt,
        String target,
        String namespace,
        String release,
        @Nullable Integer revision,
        @Nullable String chart,
        @Nullable String image,
        @Nullable String commit,
        List<ChangeReport> changes,
        List<ChangeReport.Field> values,
        List<ChangeReport> drift,
        List<RiskReport> risks) {

    public PlanReport {
        changes = List.copyOf(changes);
        values = List.copyOf(values);
        drift = List.copyOf(drift);
        risks = List.copyOf(risks);
    }

    /** What a plan is about. */
    public record Subject(
            String target,
            String namespace,
            String release,
            Optional<Integer> revision,
            Optional<String> chart,
            Optional<String> image,
            Optional<String> commit) {}

    /**
     * {@return the report of a plan}
     *
     * @param hide takes out the secrets that the run knows
     */
    public static PlanReport of(Subject subject, Changes changes, Instant madeAt, UnaryOperator<String> hide) {
        return Json.masked(
                new PlanReport(
                        madeAt.toString(),
                        subject.target(),
                        subject.namespace(),
                        subject.release(),
                        subject.revision().orElse(null),
                        subject.chart().orElse(null),
                        subject.image().orElse(null),
                        subject.commit().orElse(null),
                        ChangeReport.of(changes.objects()),
                        ChangeReport.fields(changes.values()),
                        ChangeReport.of(changes.drift()),
                        RiskReport.of(changes.risks())),
                PlanReport.class,
                hide);
    }

    /** {@return as indented JSON} */
    public String json() {
        return Json.text(this);
    }
}
