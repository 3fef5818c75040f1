package dev.slipway.gke.step;

import static java.util.stream.Collectors.joining;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.LintFinding;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.progress.Progress;
import java.nio.file.Path;
import java.util.List;

/** Lets Helm's linter read the chart; a warning counts as much as an error. */
public final class LintChart implements Step<Begin, Begin> {
    private final ReleaseEngine engine;
    private final Path chart;

    public LintChart(ReleaseEngine engine, Path chart) {
        this.engine = engine;
        this.chart = chart;
    }

    @Override
    public Begin run(Begin input, Progress progress) {
        Progress.Line line = progress.begin("lint", chart.toString());
        List<LintFinding> findings = engine.lint(chart);
        List<LintFinding> faults = findings.stream()
                .filter(finding -> finding.severity() != LintFinding.Severity.INFO)
                .toList();
        if (!faults.isEmpty()) {
            throw new DeployFailure(
                    FailureCode.CHART_INVALID,
                    "Helm's linter finds "
                            + faults.stream()
                                    .map(finding -> finding.severity() + ": " + finding.text())
                                    .collect(joining("\n  ", "\n  ", "")),
                    chart.toString(),
                    "Mend the chart; nothing was packaged or pushed");
        }
        line.done("nothing to mend, says " + engine.version());
        return input;
    }
}
