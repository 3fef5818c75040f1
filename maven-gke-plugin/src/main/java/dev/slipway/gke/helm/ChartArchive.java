package dev.slipway.gke.helm;

import dev.slipway.gke.secret.PrivateFolder;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The archive of a chart, written so that the same content is the same bytes, on whatever machine and by whichever Helm: sorted
 * entries, one time, nobody's owner, one mode, a bare gzip header.
 */
final class ChartArchive {
    /** The mode of every entry. Helm reads the content of files and never runs one. */
    private static final int MODE = 0644;

    private ChartArchive() {}

    /**
     * Writes what Helm packed once more. What Helm rewrites on its way, {@code Chart.yaml} and {@code Chart.lock}, is taken from
     * the source, because each Helm writes it in its own way and without the comments.
     *
     * @param packed Helm's archive
     * @param source the folder that it was made from
     */
    static void rewrite(Path packed, Path source, Path target, Instant timestamp) {
        Map<String, byte[]> files = new TreeMap<>(ChartFiles.read(packed));
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                String inner = file.getKey().substring(file.getKey().indexOf('/') + 1);
                if (inner.equals("Chart.yaml") || inner.equals("Chart.lock")) {
                    file.setValue(Files.readAllBytes(source.resolve(inner)));
                } else if (inner.endsWith("/Chart.yaml") || inner.endsWith("/Chart.lock")) {
                    file.setValue(sorted(new String(file.getValue(), StandardCharsets.UTF_8)));
                }
            }
            Files.createDirectories(target.getParent());
            try (OutputStream out = Files.newOutputStream(target);
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(new BareGzip(out), "UTF-8")) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                tar.setAddPaxHeadersForNonAsciiNames(true);
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    tar.putArchiveEntry(entry(file.getKey(), file.getValue().length, timestamp));
                    tar.write(file.getValue());
                    tar.closeArchiveEntry();
                }
            }
        } catch (IOException e) {
            throw PrivateFolder.unusable(target, e);
        }
    }

    /** What Helm wrote of a chart within the chart, in an order that is nobody's. */
    private static byte[] sorted(String yaml) {
        return Manifests.toYaml(new TreeMap<>(Manifests.parseMap(yaml))).getBytes(StandardCharsets.UTF_8);
    }

    private static TarArchiveEntry entry(String name, long size, Instant timestamp) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(MODE);
        entry.setModTime(timestamp.getEpochSecond() * 1000);
        entry.setIds(0, 0);
        entry.setNames("", "");
        return entry;
    }

    /** The JDK's gzip names neither file nor time nor system. */
    private static final class BareGzip extends GZIPOutputStream {
        BareGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
