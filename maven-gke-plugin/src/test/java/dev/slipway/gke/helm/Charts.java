package dev.slipway.gke.helm;

import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/** The chart of these tests, and what is made from it. */
final class Charts {
    /** Nobody has an account anywhere. */
    static final Function<String, Optional<RegistryCredentials>> NOBODY = registry -> Optional.empty();

    private Charts() {}

    /** {@return the folder of the chart {@code beacon}, which is only to be read} */
    static Path beacon() {
        URL url = Objects.requireNonNull(Charts.class.getResource("/charts/beacon/Chart.yaml"), "no fixture");
        try {
            return Path.of(url.toURI()).resolveSibling(".").normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return a copy of it that may be spoilt} */
    static Path copy(Path folder) {
        return ChartFiles.copy(beacon(), folder.resolve("beacon"));
    }

    static ReleasePlan plan(Path chart, List<Path> files, Map<String, Object> values) {
        return plan(chart.toString(), "lighthouse", files, values);
    }

    static ReleasePlan plan(String chart, String namespace, List<Path> files, Map<String, Object> values) {
        return new ReleasePlan(
                new ReleaseName("shore"), new Namespace(namespace), new ChartSource(chart), files, values, "by a test");
    }

    /** {@return an archive with these entries; a content that begins with {@code ->} is a symbolic link} */
    static Path archive(Path file, Map<String, String> entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(out))) {
            for (Map.Entry<String, String> item : entries.entrySet()) {
                boolean link = item.getValue().startsWith("->");
                TarArchiveEntry entry = link
                        ? new TarArchiveEntry(item.getKey(), TarArchiveEntry.LF_SYMLINK)
                        : new TarArchiveEntry(item.getKey(), true);
                byte[] content = link ? new byte[0] : item.getValue().getBytes(StandardCharsets.UTF_8);
                if (link) {
                    entry.setLinkName(item.getValue().substring(2));
                }
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return file;
    }
}
