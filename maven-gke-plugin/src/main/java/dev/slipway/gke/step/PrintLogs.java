package dev.slipway.gke.step;

import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.LogLine;
import dev.slipway.gke.model.LogQuery;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.port.Diagnostics;
import dev.slipway.gke.progress.Progress;
import java.util.function.Consumer;

/** Gives the logs of a release's pods to whoever reads them, and says how many containers that were. */
public final class PrintLogs implements Step<ReadRelease.Found, Integer> {
    private final Diagnostics diagnostics;
    private final LogQuery query;
    private final Deadline deadline;
    private final Consumer<LogLine> reader;

    public PrintLogs(Diagnostics diagnostics, LogQuery query, Deadline deadline, Consumer<LogLine> reader) {
        this.diagnostics = diagnostics;
        this.query = query;
        this.deadline = deadline;
        this.reader = reader;
    }

    @Override
    public Integer run(ReadRelease.Found found, Progress progress) {
        Release release = found.newest();
        return diagnostics.logs(found.connection(), release.namespace(), release.manifest(), query, deadline, reader);
    }
}
