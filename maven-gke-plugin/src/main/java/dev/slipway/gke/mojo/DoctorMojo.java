package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.config.DeployConfig;
import dev.slipway.gke.config.DeploySettings;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Checkup;
import dev.slipway.gke.model.Finding;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.report.CheckupText;
import dev.slipway.gke.report.ReportFile;
import dev.slipway.gke.step.Begin;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Looks at everything that a deploy needs and changes nothing: JDK and Maven, credentials, permissions, cluster, every right in the
 * namespace, chart, registry, quota, clock. Says of each how it stands and what to do, writes {@code target/gke/doctor.json}, and
 * the role that the release needs to {@code target/gke/role.yaml}. Fails if a deploy would.
 *
 * @since 0.1
 */
@Mojo(name = "doctor", threadSafe = true)
public final class DoctorMojo extends ChartMojo {
    /**
     * Where the findings are written, for example {@code target/doctor.json}; the role goes beside it, as {@code role.yaml}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.doctor", defaultValue = "${project.build.directory}/gke/doctor.json")
    File doctor;

    @Override
    void run(Journal journal) {
        List<Finding> findings = new ArrayList<>();
        Checkup checkup;
        tell(Runtimes.of(session), findings, journal);
        try {
            DeployConfig config = Configuration.deploy(settings(DeploySettings.Policy.usual()));
            try (Assembly assembly = Assembly.of(config.release(), this)) {
                Checkup rest = Pipelines.doctor(assembly.doctorPorts(), config, finding -> say(finding, journal))
                        .run(Begin.HERE, journal);
                findings.addAll(rest.findings());
                checkup = new Checkup(findings, rest.role());
            }
        } catch (DeployFailure failure) {
            if (failure.code() == FailureCode.INTERRUPTED) {
                throw failure;
            }
            tell(Finding.problem("configuration", failure.what(), failure.tryThis()), findings, journal);
            checkup = new Checkup(findings, Optional.empty());
        }
        write(checkup, journal);
        end(checkup);
    }

    private void tell(Finding finding, List<Finding> findings, Journal journal) {
        findings.add(finding);
        say(finding, journal);
    }

    private void say(Finding finding, Journal journal) {
        // Line by line, so that each has its level before it.
        journal.hidden(CheckupText.line(finding)).lines().forEach(line -> {
            switch (finding.level()) {
                case OK -> getLog().info(line);
                case WARNING -> getLog().warn(line);
                case PROBLEM -> getLog().error(line);
            }
        });
    }

    private void write(Checkup checkup, Journal journal) {
        ReportFile.write(doctor.toPath(), CheckupText.json(checkup, journal::hidden))
                .ifPresent(getLog()::warn);
        checkup.role().ifPresent(role -> {
            Path file = doctor.toPath().resolveSibling("role.yaml");
            ReportFile.write(file, role.yaml()).ifPresent(getLog()::warn);
            getLog().info("The role that this release needs: " + file);
        });
    }

    private void end(Checkup checkup) {
        List<Finding> problems = checkup.problems();
        if (problems.isEmpty()) {
            getLog().info("A deploy has what it needs");
            return;
        }
        throw new DeployFailure(
                FailureCode.DOCTOR_FOUND,
                "The doctor found " + (problems.size() == 1 ? "a problem" : problems.size() + " problems") + ": "
                        + problems.stream().map(Finding::check).distinct().collect(Collectors.joining(", ")),
                doctor.toString(),
                "Do what is said beside each above, and run the same command again; nothing was changed");
    }
}
