package dev.slipway.gke.helm;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.yaml.Manifests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * How large the Secret will be in which Helm keeps a revision: base64 of gzip of JSON, of the chart's files, its objects and its
 * values. The API server takes 1 MiB; Helm finds that out after it has begun.
 */
final class ReleaseSize {
    /** The most that the data of a Secret may come to, in bytes (Kubernetes, {@code MaxSecretSize}). */
    static final int LIMIT = 1 << 20;

    private static final int TOLD = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReleaseSize() {}

    /** {@return whether it may be too large at all; most releases are far from it} */
    static boolean near(long chartBytes, Rendering rendering) {
        return (chartBytes
                                + text(rendering.manifest()).length()
                                + text(rendering.hooks()).length())
                        * 4
                        / 3
                > LIMIT / 2;
    }

    /**
     * Refuses a release that will not fit.
     *
     * @param where the chart
     * @param chart the files of the chart as Helm packs it, by their path in the package
     * @param values the values that it is given, as texts
     */
    static void check(String where, Map<String, byte[]> chart, List<String> values, Rendering rendering) {
        long size = estimate(chart, values, rendering);
        if (size <= LIMIT) {
            return;
        }
        List<Map.Entry<String, Integer>> largest = new ArrayList<>();
        chart.forEach((path, content) -> {
            if (kept(inner(path))) {
                largest.add(Map.entry(inner(path), content.length));
            }
        });
        largest.add(Map.entry(
                "the objects that it renders to",
                text(rendering.manifest()).length() + text(rendering.hooks()).length()));
        largest.sort(Comparator.comparing((Map.Entry<String, Integer> entry) -> entry.getValue())
                .reversed());
        List<String> told = largest.stream()
                .limit(TOLD)
                .map(entry -> entry.getKey() + " " + readable(entry.getValue()))
                .toList();
        throw new DeployFailure(
                FailureCode.RELEASE_TOO_LARGE,
                "The release would take " + readable(size) + " of the " + readable(LIMIT)
                        + " that Helm can keep of it, compressed. The largest parts: " + String.join(", ", told),
                where,
                "Leave out what the cluster does not need: a line in .helmignore for each file, or put it into the image");
    }

    /** {@return how many bytes Helm will store, within a few percent} */
    static long estimate(Map<String, byte[]> chart, List<String> values, Rendering rendering) {
        Map<String, Object> stored = new LinkedHashMap<>();
        List<Map<String, Object>> templates = new ArrayList<>();
        List<Map<String, Object>> files = new ArrayList<>();
        Map<String, Object> packed = new LinkedHashMap<>();
        chart.forEach((path, content) -> {
            String name = inner(path);
            if (name.equals("Chart.yaml") || name.equals("values.yaml")) {
                packed.put(name, tree(content));
            } else if (name.equals("values.schema.json")) {
                packed.put("schema", content);
            } else if (kept(name)) {
                (name.startsWith("templates/") ? templates : files).add(Map.of("name", name, "data", content));
            }
        });
        packed.put("templates", templates);
        packed.put("files", files);
        stored.put("chart", packed);
        stored.put("config", values);
        stored.put("manifest", text(rendering.manifest()));
        stored.put("hooks", text(rendering.hooks()));
        stored.put("notes", rendering.notes());
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (BestGzip gzip = new BestGzip(bytes)) {
                gzip.write(JSON.writeValueAsBytes(stored));
            }
            return Base64.getEncoder().encode(bytes.toByteArray()).length;
        } catch (IOException e) {
            throw new IllegalStateException("A release could not be written to memory", e);
        }
    }

    /** Helm keeps the files of the chart itself, not those of the charts in it. */
    private static boolean kept(String name) {
        return !name.startsWith("charts/") && !name.equals("Chart.lock");
    }

    private static String inner(String path) {
        return path.substring(path.indexOf('/') + 1);
    }

    private static Object tree(byte[] yaml) {
        String text = new String(yaml, StandardCharsets.UTF_8);
        try {
            return Manifests.parseMap(text);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String text(Manifest manifest) {
        StringBuilder text = new StringBuilder();
        for (KubeObject object : manifest.objects()) {
            text.append("---\n").append(Manifests.toYaml(object.body()));
        }
        return text.toString();
    }

    private static String readable(long bytes) {
        return bytes < 10_000
                ? bytes + " bytes"
                : bytes < 1_000_000
                        ? bytes / 1024 + " KiB"
                        : String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
