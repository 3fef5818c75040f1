package dev.slipway.gke.step;

import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.progress.Progress;
import java.util.List;

/** Renders the chart with every values file that it is to be deployed with, against the chart's own schema. */
public final class RenderShapes implements Step<Begin, List<Rendering>> {
    private final ReleaseEngine engine;
    private final List<ReleasePlan> shapes;

    public RenderShapes(ReleaseEngine engine, List<ReleasePlan> shapes) {
        this.engine = engine;
        this.shapes = List.copyOf(shapes);
    }

    @Override
    public List<Rendering> run(Begin input, Progress progress) {
        return shapes.stream().map(shape -> render(shape, progress)).toList();
    }

    private Rendering render(ReleasePlan shape, Progress progress) {
        Progress.Line line = progress.begin("render", shape.description());
        Rendering rendering = engine.render(shape);
        line.done(shape.description() + ": " + rendering.manifest().objects().size() + " objects");
        return rendering;
    }
}
