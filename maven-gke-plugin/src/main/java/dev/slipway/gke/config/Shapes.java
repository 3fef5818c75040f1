package dev.slipway.gke.config;

import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shapes in which a chart is to be deployed: one per values file. */
public final class Shapes {
    private Shapes() {}

    /**
     * {@return a plan per values file, in the order of the patterns; one with the chart's own values if there are none}
     *
     * @param chart the chart's folder
     * @param folder from which the patterns count
     * @param patterns files, the last part perhaps with {@code *}
     * @param image what stands in for the image, if the chart wants one
     * @throws dev.slipway.gke.failure.DeployFailure if a pattern names no file
     */
    public static List<ReleasePlan> of(Path chart, Path folder, List<String> patterns, Optional<String> image) {
        Problems problems = new Problems();
        Optional<ImageReference> reference =
                image.flatMap(text -> problems.value("<image>", () -> ImageReference.parse(text)));
        List<ReleasePlan> plans = new ArrayList<>();
        for (String pattern : patterns) {
            List<Path> files = files(folder.resolve(pattern).normalize());
            if (files.isEmpty()) {
                problems.add("<shape>", pattern + " names no file", "mend the pattern in the POM");
            }
            files.forEach(file -> plans.add(
                    plan(chart, List.of(file), reference, file.getFileName().toString())));
        }
        problems.throwIfAny("the configuration of gke:lint");
        return plans.isEmpty() ? List.of(plan(chart, List.of(), reference, "the chart's own values")) : plans;
    }

    private static List<Path> files(Path pattern) {
        Path parent = pattern.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            return List.of();
        }
        try (DirectoryStream<Path> stream =
                Files.newDirectoryStream(parent, pattern.getFileName().toString())) {
            List<Path> files = new ArrayList<>();
            stream.forEach(files::add);
            return files.stream().sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReleasePlan plan(Path chart, List<Path> files, Optional<ImageReference> image, String name) {
        Map<String, Object> values = image.<Map<String, Object>>map(reference -> Map.of(
                        "image",
                        Map.of(
                                "repository",
                                reference.name(),
                                "digest",
                                reference.digest().map(Object::toString).orElse(""))))
                .orElse(Map.of());
        return new ReleasePlan(
                new ReleaseName("lint"), new Namespace("lint"), new ChartSource(chart.toString()), files, values, name);
    }
}
