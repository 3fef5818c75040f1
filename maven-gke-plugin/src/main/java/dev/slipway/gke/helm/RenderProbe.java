package dev.slipway.gke.helm;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.secret.PrivateFolder;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes a chart tell what it renders to. Of a dry run, helm-java reports the notes and nothing else; so in a copy of the chart
 * the notes become a list of every template's text, one JSON array a line. The templates see what they would see anyway: the
 * cluster's capabilities, {@code lookup}, whether it is an upgrade.
 */
final class RenderProbe {
    private static final String PROBE = "_slipway_probe.tpl";
    private static final String NOTES = "_slipway_notes.txt";
    private static final String HOOK = "helm.sh/hook";

    private RenderProbe() {}

    /**
     * Changes a copy of a chart.
     *
     * @param chart a folder as Helm packs it: nothing that Helm ignores, subcharts as folders named after their charts
     */
    static void instrument(Path chart) {
        try {
            Path templates = chart.resolve("templates");
            Path notes = templates.resolve("NOTES.txt");
            boolean noted = Files.exists(notes);
            if (noted) {
                Files.move(notes, templates.resolve(NOTES));
            }
            instrumentEach(chart);
            StringBuilder text = new StringBuilder("""
                    {{- $base := .Template.BasePath }}
                    {{ list "chart" .Chart.Name .Chart.Version | toJson }}
                    {{ include (print $base "/%s") . }}
                    """.formatted(PROBE));
            if (noted) {
                text.append("{{ list \"notes\" (include (print $base \"/%s\") .) | toJson }}%n".formatted(NOTES));
            }
            Files.writeString(notes, text);
        } catch (IOException e) {
            throw PrivateFolder.unusable(chart, e);
        }
    }

    private static void instrumentEach(Path chart) throws IOException {
        Path templates = Files.createDirectories(chart.resolve("templates"));
        StringBuilder text = new StringBuilder("{{- $base := .Template.BasePath }}\n{{- $outer := . }}\n");
        if (!ChartFiles.library(chart)) {
            for (String name : rendered(templates)) {
                text.append("""
                        {{- $context := dict }}
                        {{- range $key, $value := $outer }}{{ $_ := set $context $key $value }}{{ end }}
                        {{- $_ := set $context "Template" (dict "Name" (print $base %1$s) "BasePath" $base) }}
                        {{ list "text" $context.Template.Name (include $context.Template.Name $context) | toJson }}
                        """.formatted(quoted("/" + name)));
            }
        }
        text.append("""
                {{- range $name, $chart := .Subcharts }}
                {{- $context := dict }}
                {{- range $key, $value := $chart }}{{ $_ := set $context $key $value }}{{ end }}
                {{- $inner := print (trimSuffix "/templates" $base) "/charts/" $name "/templates" }}
                {{- $_ := set $context "Template" (dict "Name" "" "BasePath" $inner) }}
                {{ include (print $inner "/%s") $context }}
                {{- end }}
                """.formatted(PROBE));
        Files.writeString(templates.resolve(PROBE), text);
        for (Path subchart : ChartFiles.list(chart.resolve("charts"))) {
            if (Files.exists(subchart.resolve("Chart.yaml"))) {
                instrumentEach(subchart);
            }
        }
    }

    /** The templates that make objects: Helm leaves out partials and notes, and nothing by its ending. */
    private static List<String> rendered(Path templates) throws IOException {
        try (Stream<Path> files = Files.walk(templates)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        String name = file.getFileName().toString();
                        return !name.startsWith("_") && !name.endsWith("NOTES.txt");
                    })
                    .map(file -> templates.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** {@return the rendering that the status report of a dry run of a changed chart tells} */
    static Rendering read(String report) {
        String chartName = "";
        String chartVersion = "";
        String notes = "";
        List<KubeObject> objects = new ArrayList<>();
        for (String line : report.lines().toList()) {
            if (!line.startsWith("[\"")) {
                continue;
            }
            List<String> told = told(line);
            switch (told.get(0)) {
                case "chart" -> {
                    chartName = told.get(1);
                    chartVersion = told.get(2);
                }
                case "notes" -> notes = told.get(1).strip();
                default -> objects.addAll(objects(told.get(1), told.get(2)));
            }
        }
        return rendering(new ChartId(chartName, chartVersion), objects, notes);
    }

    /** {@return the rendering of these objects, hooks told from the rest as Helm does it: by their annotation} */
    static Rendering rendering(ChartId chart, List<KubeObject> objects, String notes) {
        return new Rendering(
                chart,
                new Manifest(objects.stream().filter(object -> !hook(object)).toList()),
                new Manifest(objects.stream().filter(RenderProbe::hook).toList()),
                notes);
    }

    /** {@return the objects of a text that Helm rendered} */
    static List<KubeObject> objects(String template, String text) {
        try {
            return Manifests.parse(text).objects();
        } catch (IllegalArgumentException e) {
            throw new DeployFailure(
                    FailureCode.CHART_INVALID,
                    "The chart renders to something that is no Kubernetes object: " + e.getMessage(),
                    template,
                    "Correct the template; mvn gke:lint checks it without a cluster",
                    e);
        }
    }

    private static List<String> told(String line) {
        try {
            return Wire.array(line);
        } catch (IOException e) {
            throw new IllegalStateException("Helm told a rendering that cannot be read", e);
        }
    }

    private static boolean hook(KubeObject object) {
        return object.body().get("metadata") instanceof Map<?, ?> metadata
                && metadata.get("annotations") instanceof Map<?, ?> annotations
                && annotations.containsKey(HOOK);
    }
}
