package dev.slipway.gke.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.progress.Progress.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code target/gke/deployment.json}: how a deployment went, written on success and on failure. Fields that are not known are
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
        List<StepReport> steps) {

    /** The failure's fields, by their names in {@link DeployFailure}. */
    public record Failure(String code, String what, String where, String tryThis) {}

    /** One step: its name, how long it took, and {@code done} or {@code failed}. */
    public record StepReport(String name, long milliseconds, String outcome) {}

    /** What is known of a run from the beginning. */
    public record Subject(
            Optional<String> target, Optional<String> namespace, Optional<String> release, Optional<String> commit) {}

    /** {@return the report of a run} */
    public static DeploymentReport of(
            Outcome outcome,
            Optional<DeployFailure> failure,
            Subject subject,
            Journal journal,
            Instant startedAt,
            Instant finishedAt) {
        return new DeploymentReport(
                outcome.toString(),
                failure.map(f -> new Failure(f.code().code(), f.what(), f.where(), f.tryThis()))
                        .orElse(null),
                journal.fact(Fact.TARGET).or(subject::target).orElse(null),
                subject.namespace().orElse(null),
                subject.release().orElse(null),
                journal.fact(Fact.REVISION).map(Integer::valueOf).orElse(null),
                journal.fact(Fact.CHART).orElse(null),
                journal.fact(Fact.IMAGE).orElse(null),
                subject.commit().orElse(null),
                journal.fact(Fact.ADDRESS).orElse(null),
                startedAt.toString(),
                finishedAt.toString(),
                journal.entries().stream()
                        .map(entry -> new StepReport(
                                entry.name(),
                                entry.took().toMillis(),
                                entry.outcome().name().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    /** Writes the report, making the folder if need be. */
    public void write(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, json());
        } catch (IOException e) {
            throw new DeployFailure(
                    FailureCode.INTERNAL,
                    "The report cannot be written",
                    file.toString(),
                    "Make room or mend the rights",
                    e);
        }
    }

    private String json() throws JsonProcessingException {
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(this)
                + "\n";
    }
}
