package dev.slipway.gke.helm;

import dev.slipway.gke.model.Blueprint;
import dev.slipway.gke.secret.PrivateFolder;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A chart that renders to a revision of the past, whatever the values: its templates are the texts that Helm stored, under the
 * names that they had, with nothing in them to be evaluated. So Helm stores the same text once more.
 */
final class FrozenChart {
    /** How Helm begins each object of a manifest. */
    private static final Pattern DOCUMENT = Pattern.compile("(?m)^---\\n(?:# Source: (?<source>.*)\\n)?");

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]+");

    private FrozenChart() {}

    /**
     * Writes the chart.
     *
     * @param folder a folder that is empty
     * @return the folder
     */
    static Path write(Blueprint blueprint, Path folder) {
        Map<String, Object> chart = new LinkedHashMap<>(blueprint.chart());
        // What was checked then is not checked again, and the stored texts hold the subcharts' objects already.
        chart.remove("dependencies");
        chart.remove("kubeVersion");
        String name = String.valueOf(chart.get("name"));
        try {
            Files.writeString(folder.resolve("Chart.yaml"), Manifests.toYaml(chart));
            Files.writeString(folder.resolve("values.yaml"), Manifests.toYaml(blueprint.defaults()));
            Map<Path, List<String>> templates = new LinkedHashMap<>();
            for (Document document : documents(blueprint)) {
                templates
                        .computeIfAbsent(place(document.source(), name, folder), path -> new ArrayList<>())
                        .add(document.text());
            }
            for (Map.Entry<Path, List<String>> template : templates.entrySet()) {
                Files.createDirectories(template.getKey().getParent());
                Files.writeString(template.getKey(), literal(joined(template.getValue())));
            }
            if (!blueprint.notes().isEmpty()) {
                Files.createDirectories(folder.resolve("templates"));
                Files.writeString(folder.resolve("templates/NOTES.txt"), literal(blueprint.notes()));
            }
            subcharts(folder);
            return folder;
        } catch (IOException e) {
            throw PrivateFolder.unusable(folder, e);
        }
    }

    private record Document(String source, String text) {}

    private static List<Document> documents(Blueprint blueprint) {
        List<Document> documents = new ArrayList<>();
        Matcher matcher = DOCUMENT.matcher(blueprint.manifest());
        String source = "";
        int start = 0;
        while (matcher.find()) {
            add(documents, source, written(blueprint.manifest().substring(start, matcher.start())));
            source = matcher.group("source") == null ? "" : matcher.group("source");
            start = matcher.end();
        }
        add(documents, source, written(blueprint.manifest().substring(start)));
        blueprint.hooks().forEach(hook -> add(documents, hook.path(), hook.text()));
        return documents;
    }

    /** Without the end of line that Helm adds to each. */
    private static String written(String text) {
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private static void add(List<Document> documents, String source, String text) {
        if (!text.isBlank()) {
            documents.add(new Document(source, text));
        }
    }

    /**
     * The documents of one template. Helm 4 keeps the end of a line before the next document, so one that has none was the last.
     */
    private static String joined(List<String> documents) {
        StringBuilder text = new StringBuilder();
        for (boolean ended : List.of(true, false)) {
            for (String document : documents) {
                if (document.endsWith("\n") == ended) {
                    text.append(text.isEmpty() || text.charAt(text.length() - 1) == '\n' ? "" : "\n")
                            .append("---\n")
                            .append(document);
                }
            }
        }
        return text.toString();
    }

    /**
     * Where a template with that name has to lie. A name that no Helm would have written gets a place of its own: the objects are
     * the same then, but not the comments above them.
     */
    private static Path place(String source, String chart, Path folder) {
        List<String> parts = List.of(source.split("/", -1));
        boolean named = parts.size() >= 3
                && parts.get(0).equals(chart)
                && parts.stream().allMatch(part -> NAME.matcher(part).matches() && !part.startsWith("."));
        int at = 1;
        while (named && parts.size() > at + 2 && parts.get(at).equals("charts")) {
            at += 2;
        }
        if (!named || !parts.get(at).equals("templates") || parts.size() < at + 2) {
            return folder.resolve("templates").resolve("unnamed.yaml");
        }
        return folder.resolve(String.join("/", parts.subList(1, parts.size())));
    }

    /** A folder of a subchart is one to Helm only with a {@code Chart.yaml}. */
    private static void subcharts(Path folder) throws IOException {
        Path charts = folder.resolve("charts");
        if (!Files.isDirectory(charts)) {
            return;
        }
        try (Stream<Path> inner = Files.list(charts)) {
            for (Path subchart : inner.toList()) {
                Files.writeString(
                        subchart.resolve("Chart.yaml"),
                        Manifests.toYaml(Map.of(
                                "apiVersion",
                                "v2",
                                "name",
                                String.valueOf(subchart.getFileName()),
                                "version",
                                "0.0.0")));
                subcharts(subchart);
            }
        }
    }

    /** {@return a template that renders to the text} */
    private static String literal(String text) {
        return text.replace("{{", "{{\"{{\"}}");
    }
}
