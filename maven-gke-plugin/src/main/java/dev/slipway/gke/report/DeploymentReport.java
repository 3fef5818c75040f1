package dev.slipway.gke.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.Changes;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.progress.Progress.Fact;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code target/gke/deployment.json}: how a deployment went, or a way back, or the end of a release; written on success and on failure. Fields that are not known are
 * {@code null}, never left out, so that a reader finds the same names each time.
 *
 * @param outcome see {@link Outcome}
 * @param failure what went wrong, if something did
 * @param target the cluster
 * @param namespace where
 * @param release which release
 * @param revision which revision serves the outcome
 * @param chart name and version
 * @param image repository and digest
 * @param commit the sources' commit
 * @param address the service's address from outside
 * @param startedAt UTC
 * @param finishedAt UTC
 * @param steps in order
 * @param aftermath after a failure: what serves now
 * @param restored after a failure, or a way back: the revision that serves again
 * @param owner who deployed, from where
 * @param lock what the release's lock had to tell
 * @param helm which Helm, with its version
 * @param warnings what somebody should act on
 * @param changes what was to be changed
 * @param values which of the chart's values differ from the last revision's
 * @param drift what somebody else had changed since the last release, and was to be put right
 * @param risks what should have been known before
 * @param evidence what the cluster showed when the deployment failed
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DeploymentReport(
        String outcome,
        @Nullable Failure failure,
        @Nullable String target,
        @Nullable String namespace,
        @Nullable String release,
        @Nullable Integer revision,
        @Nullable String chart,
        @Nullable String image,
        @Nullable String commit,
        @Nullable String address,
        String startedAt,
        String finishedAt,
        List<StepReport> steps,
        @Nullable String aftermath,
        @Nullable Integer restored,
        @Nullable String owner,
        @Nullable String lock,
        @Nullable String helm,
        List<String> warnings,
        List<ChangeReport> changes,
        List<ChangeReport.Field> values,
        List<ChangeReport> drift,
        List<RiskReport> risks,
        EvidenceReport evidence) {

    public DeploymentReport {
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
        changes = List.copyOf(changes);
        values = List.copyOf(values);
        drift = List.copyOf(drift);
        risks = List.copyOf(risks);
    }

    /** The failure's fields, by their names in {@link DeployFailure}. */
    public record Failure(String code, String what, String where, String tryThis) {}

    /** One step: its name, how long it took, {@code done} or {@code failed}, when it began, and each state with its time. */
    public record StepReport(
            String name, long milliseconds, String outcome, String startedAt, List<StateReport> states) {}

    /** What a step said, and when. */
    public record StateReport(String at, String text) {}

    /** What is known of a run from the beginning. */
    public record Subject(
            Optional<String> target, Optional<String> namespace, Optional<String> release, Optional<String> commit) {}

    /** {@return the report of a run, without the secrets that its journal knows} */
    public static DeploymentReport of(
            Outcome outcome,
            Optional<DeployFailure> failure,
            Subject subject,
            Journal journal,
            Instant startedAt,
            Instant finishedAt) {
        Changes changes = failure.map(DeployFailure::changes)
                .filter(planned -> !planned.empty())
                .orElse(journal.changes());
        DeploymentReport report = new DeploymentReport(
                outcome.toString(),
                failure.map(f -> new Failure(f.code().code(), f.what(), f.where(), f.tryThis()))
                        .orElse(null),
                journal.fact(Fact.TARGET).or(subject::target).orElse(null),
                subject.namespace().orElse(null),
                subject.release().orElse(null),
                journal.fact(Fact.REVISION).map(Integer::valueOf).orElse(null),
                journal.fact(Fact.CHART).orElse(null),
                journal.fact(Fact.IMAGE).orElse(null),
                journal.fact(Fact.COMMIT).or(subject::commit).orElse(null),
                journal.fact(Fact.ADDRESS).orElse(null),
                startedAt.toString(),
                finishedAt.toString(),
                journal.entries().stream().map(DeploymentReport::step).toList(),
                failure.flatMap(DeployFailure::aftermath).orElse(null),
                journal.fact(Fact.RESTORED).map(Integer::valueOf).orElse(null),
                journal.fact(Fact.OWNER).orElse(null),
                journal.fact(Fact.LOCK).orElse(null),
                journal.fact(Fact.HELM).orElse(null),
                journal.warnings(),
                ChangeReport.of(changes.objects()),
                ChangeReport.fields(changes.values()),
                ChangeReport.of(changes.drift()),
                RiskReport.of(changes.risks()),
                EvidenceReport.of(failure.map(DeployFailure::evidence).orElse(Evidence.NONE)));
        return Json.masked(report, DeploymentReport.class, journal::hidden);
    }

    private static StepReport step(Journal.Entry entry) {
        return new StepReport(
                entry.name(),
                entry.took().toMillis(),
                entry.outcome().name().toLowerCase(Locale.ROOT),
                entry.began().toString(),
                entry.said().stream()
                        .map(said -> new StateReport(said.at().toString(), said.text()))
                        .toList());
    }

    /** {@return the text of the file} */
    public String json() {
        return Json.text(this);
    }
}
