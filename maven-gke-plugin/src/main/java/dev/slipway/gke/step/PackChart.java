package dev.slipway.gke.step;

import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.progress.Progress;
import java.nio.file.Path;
import java.time.Instant;

/** Packs the chart, the same bytes for the same content. */
public final class PackChart implements Step<Begin, Path> {
    private final ReleaseEngine engine;
    private final Path chart;
    private final Path destination;
    private final String version;
    private final Instant timestamp;

    public PackChart(ReleaseEngine engine, Path chart, Path destination, String version, Instant timestamp) {
        this.engine = engine;
        this.chart = chart;
        this.destination = destination;
        this.version = version;
        this.timestamp = timestamp;
    }

    @Override
    public Path run(Begin input, Progress progress) {
        Progress.Line line = progress.begin("package", chart.toString());
        Path file = engine.pack(chart, destination, version, timestamp);
        line.done(file.toString());
        return file;
    }
}
