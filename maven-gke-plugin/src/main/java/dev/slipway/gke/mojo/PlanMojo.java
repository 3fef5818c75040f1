package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.config.DeployConfig;
import dev.slipway.gke.config.DeploySettings;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.PlanMark;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.report.PlanLines;
import dev.slipway.gke.report.PlanPage;
import dev.slipway.gke.report.PlanReport;
import dev.slipway.gke.report.ReportFile;
import dev.slipway.gke.report.SavedPlan;
import dev.slipway.gke.step.Begin;
import dev.slipway.gke.step.HeedRefusals;
import dev.slipway.gke.step.HoldToPlan;
import dev.slipway.gke.step.PlanRelease;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Says what a deploy would change, against what runs, and what should be known before. Asks the API server about every object, by a
 * dry run, so that what it would refuse shows now. Changes nothing. Writes {@code target/gke/plan.json}, which a deploy can be held to
 * ({@code -Dgke.plan}), and {@code plan.html}. Fails if the API server would refuse the release.
 *
 * @since 0.1
 */
@Mojo(name = "plan", threadSafe = true)
public final class PlanMojo extends ChartMojo {
    /**
     * How long a started container may take until it is ready, for example {@code 2m}: the plan says if it may take longer. Unit:
     * {@code s}, {@code m} or {@code h}. Without it, what is left of the timeout.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.budget.start")
    @Nullable
    String startBudget;

    /**
     * Whether the goal fails if a deploy would change anything, for example {@code true} to watch over an environment.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.plan.failOnChanges", defaultValue = "false")
    boolean failOnChanges;

    /**
     * The file that the plan is written to, for example {@code target/gke/plan.json}; the page for people is beside it.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.plan.file", defaultValue = "${project.build.directory}/gke/plan.json")
    File file;

    @Override
    void run(Journal journal) {
        Path json = file.toPath();
        ReportFile.delete(json);
        ReportFile.delete(Recorder.page(json));
        DeployConfig config =
                Configuration.deploy(settings(DeploySettings.Policy.usual().withStart(Written.first(startBudget))));
        try (Assembly assembly = Assembly.of(config.release(), this)) {
            PlanRelease.Planned planned =
                    Pipelines.plan(assembly.tools(), config).run(Begin.HERE, journal);
            PlanMark mark = HoldToPlan.mark(planned, assembly.tools().live());
            PlanReport plan = PlanReport.of(subject(planned), planned.changes(), Instant.now(), journal::hidden);
            ReportFile.write(json, SavedPlan.text(plan, mark)).ifPresent(journal::warn);
            ReportFile.write(Recorder.page(json), PlanPage.of(plan)).ifPresent(journal::warn);
            PlanLines.of(plan, Screen.coloured(session)).forEach(getLog()::info);
            HeedRefusals.check(planned);
            if (failOnChanges && !planned.unchanged()) {
                throw new DeployFailure(
                        FailureCode.PLAN_HAS_CHANGES,
                        "A deploy would change " + planned.plan().release(),
                        plan.target() + "/" + plan.namespace(),
                        "Deploy, or put right what was changed by hand; gke.plan.failOnChanges asks for this failure");
            }
        }
    }

    @Override
    Optional<Path> report() {
        return Optional.of(Recorder.page(file.toPath())).filter(Files::exists);
    }

    private PlanReport.Subject subject(PlanRelease.Planned planned) {
        return new PlanReport.Subject(
                planned.site().connection().cluster(),
                planned.site().namespace().value(),
                planned.plan().release().value(),
                planned.current().map(Release::revision),
                Optional.of(planned.rendering().chart().toString()),
                planned.image().map(Object::toString),
                Sources.of(session).commit());
    }
}
