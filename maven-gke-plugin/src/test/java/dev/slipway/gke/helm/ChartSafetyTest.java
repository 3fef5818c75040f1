package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A crafted chart (threat T10)")
class ChartSafetyTest {
    private static final String CHART = "{apiVersion: v2, name: beacon, version: 1.0.0}";

    @TempDir
    Path temp;

    private Path target;

    @BeforeEach
    void target() throws IOException {
        target = Files.createDirectories(temp.resolve("deep/target"));
    }

    /** Writes into an archive. */
    interface Crafting {
        void into(TarArchiveOutputStream tar) throws IOException;
    }

    /**
     * An archive that nobody should unpack.
     *
     * @param name what is wrong with it
     * @param told what has to be said
     * @param crafting how it is made
     */
    record Evil(String name, String told, Crafting crafting) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Evil> evil() {
        return Stream.of(
                new Evil("climbs out", "not within the chart's folder", tar -> file(tar, "beacon/../../evil", "x")),
                new Evil("climbs out the Windows way", "not within", tar -> file(tar, "beacon\\..\\..\\evil", "x")),
                new Evil("has a backslash within", "not within", tar -> file(tar, "beacon/..\\x", "x")),
                new Evil("has an absolute name", "not within", tar -> file(tar, "/tmp/evil", "x")),
                new Evil("names a drive", "not within", tar -> file(tar, "C:/evil", "x")),
                new Evil("is named '.'", "not within", tar -> file(tar, "./Chart.yaml", CHART)),
                new Evil("is named '..'", "not within", tar -> file(tar, "../Chart.yaml", CHART)),
                new Evil("has a second root", "not within", tar -> {
                    file(tar, "beacon/Chart.yaml", CHART);
                    file(tar, "other/Chart.yaml", CHART);
                }),
                new Evil("makes a folder outside", "not within", tar -> entry(tar, "beacon/../../x/", '5', "", "")),
                new Evil("has a symbolic link", "no plain file", tar -> entry(tar, "beacon/x", '2', "/etc/passwd", "")),
                new Evil("has a link and writes through it", "no plain file", tar -> {
                    entry(tar, "beacon/x", '2', "/tmp", "");
                    file(tar, "beacon/x/evil", "x");
                }),
                new Evil("has a hard link", "no plain file", tar -> entry(tar, "beacon/x", '1', "/etc/passwd", "")),
                new Evil("has Chart.lock as a link", "no plain file", tar -> {
                    file(tar, "beacon/Chart.yaml", CHART);
                    entry(tar, "beacon/Chart.lock", '2', "/etc/profile", "");
                }),
                new Evil("has a device", "no plain file", tar -> entry(tar, "beacon/x", '3', "", "")),
                new Evil("has a block device", "no plain file", tar -> entry(tar, "beacon/x", '4', "", "")),
                new Evil("has a pipe", "no plain file", tar -> entry(tar, "beacon/x", '6', "", "")),
                new Evil("has Chart.yaml twice", "twice", tar -> {
                    file(tar, "beacon/Chart.yaml", CHART);
                    file(tar, "beacon/Chart.yaml", CHART.replace("1.0.0", "2.0.0"));
                }),
                new Evil("is 200 MB of zeros", "larger than 5 MiB", tar -> {
                    file(tar, "beacon/Chart.yaml", CHART);
                    zeros(tar, "beacon/zeros", 200_000_000);
                }),
                new Evil("is 60 MB in small files", "more than 50 MiB", tar -> {
                    file(tar, "beacon/Chart.yaml", CHART);
                    for (int i = 0; i < 60; i++) {
                        zeros(tar, "beacon/zeros-" + i, 1_000_000);
                    }
                }),
                new Evil("has a million files", "more than 10000 entries", tar -> {
                    for (int i = 0; i < 1_000_000; i++) {
                        file(tar, "beacon/" + i, "");
                    }
                }),
                new Evil("has a million folders", "more than 10000 entries", tar -> {
                    for (int i = 0; i < 1_000_000; i++) {
                        entry(tar, "beacon/" + i + "/", '5', "", "");
                    }
                }));
    }

    @ParameterizedTest(name = "that {0}")
    @MethodSource("evil")
    @DisplayName("as an archive is refused with what is wrong, and nothing of it is written")
    void archives(Evil evil) throws IOException {
        Path archive = craft(evil.crafting());
        Set<Path> before = all();
        for (Runnable call :
                List.<Runnable>of(() -> ChartFiles.checkedArchive(archive), () -> ChartFiles.unpack(archive, target))) {
            DeployFailure failure = catchThrowableOfType(DeployFailure.class, call::run);
            assertThat(failure).isNotNull();
            assertThat(failure.code()).isEqualTo(FailureCode.CHART_UNSAFE);
            assertThat(failure.what()).contains(evil.told());
            assertThat(failure.where()).isEqualTo(archive.toString());
        }
        assertThat(all()).isEqualTo(before);
    }

    @Test
    @DisplayName("whose Chart.yaml gives it a name that leads elsewhere is refused")
    void names() throws IOException {
        for (String name : List.of("'.'", "'..'", "../evil", "a/b", "'a\\b'", "'-rf'")) {
            assertUnsafe(CHART.replace("beacon", name));
        }
        assertUnsafe(CHART.replace("1.0.0", "1.0.0/../../evil"));
    }

    private void assertUnsafe(String chartYaml) throws IOException {
        Path archive = craft(tar -> file(tar, "beacon/Chart.yaml", chartYaml));
        Path folder = Files.createDirectories(temp.resolve("folder"));
        Files.writeString(folder.resolve("Chart.yaml"), chartYaml);
        for (Runnable call :
                List.<Runnable>of(() -> ChartFiles.checkedArchive(archive), () -> ChartFiles.checked(folder))) {
            DeployFailure failure = catchThrowableOfType(DeployFailure.class, call::run);
            assertThat(failure).as(chartYaml).isNotNull();
            assertThat(failure.code()).isEqualTo(FailureCode.CHART_UNSAFE);
        }
    }

    @Test
    @DisplayName("that is cut off, or no archive at all, is no chart")
    void broken() throws IOException {
        Path whole = craft(tar -> {
            file(tar, "beacon/Chart.yaml", CHART);
            file(tar, "beacon/values.yaml", "a: b\n".repeat(1000));
        });
        byte[] bytes = Files.readAllBytes(whole);
        for (int length : List.of(0, 1, 20, bytes.length / 2)) {
            Path cut = Files.write(temp.resolve("cut.tgz"), Arrays.copyOf(bytes, length));
            DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> ChartFiles.checkedArchive(cut));
            assertThat(failure.code()).isEqualTo(FailureCode.CHART_INVALID);
        }
        assertThat(ChartFiles.checkedArchive(whole)).isEqualTo(whole);
    }

    @Test
    @DisplayName("as a folder is refused when a link leads out, is Chart.lock, or when it holds what is no file")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
    void folders() throws Exception {
        Path outside = Files.writeString(temp.resolve("secret"), "s");
        assertUnsafe("a symbolic link", chart -> Files.createSymbolicLink(chart.resolve("x"), outside));
        assertUnsafe("a symbolic link", chart -> Files.createSymbolicLink(chart.resolve("x"), temp.resolve("nowhere")));
        assertUnsafe("a symbolic link", chart -> Files.createSymbolicLink(chart.resolve("templates"), temp));
        assertUnsafe("chart.lock", chart -> {
            Files.writeString(chart.resolve("inner"), "");
            Files.createSymbolicLink(chart.resolve("Chart.lock"), Path.of("inner"));
        });
        assertUnsafe("is no file", chart -> {
            Process pipe = new ProcessBuilder("mkfifo", chart.resolve("pipe").toString()).start();
            assertThat(pipe.waitFor()).isZero();
        });
    }

    private interface Spoiling {
        void spoil(Path chart) throws Exception;
    }

    private void assertUnsafe(String told, Spoiling spoiling) throws Exception {
        Path chart = Files.createTempDirectory(temp, "chart");
        Files.writeString(chart.resolve("Chart.yaml"), CHART);
        spoiling.spoil(chart);
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> ChartFiles.checked(chart));
        assertThat(failure).as(told).isNotNull();
        assertThat(failure.code()).isEqualTo(FailureCode.CHART_UNSAFE);
        assertThat(failure.what()).containsIgnoringCase(told);
    }

    @Test
    @DisplayName("that asks the cluster about other objects is flagged, and one that only speaks of it is not")
    void lookups() throws IOException {
        Path chart = Files.createDirectories(temp.resolve("nosy"));
        Files.createDirectories(chart.resolve("templates"));
        Files.createDirectories(chart.resolve("charts/inner/templates"));
        Files.writeString(chart.resolve("Chart.yaml"), CHART);
        Files.writeString(
                chart.resolve("templates/a.yaml"), "{{- $s := (lookup \"v1\" \"Secret\" \"kube-system\" \"\") }}");
        Files.writeString(chart.resolve("templates/b.yaml"), "# lookup is not used\nlookup: {{ .Values.lookup }}");
        Files.writeString(
                chart.resolve("charts/inner/templates/c.yaml"),
                "{{ range $i, $x := lookup .Values.v \"Pod\" \"\" \"\" }}{{ end }}");
        assertThat(ChartFiles.lookups(chart)).containsExactly("charts/inner/templates/c.yaml", "templates/a.yaml");
    }

    private Set<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(temp)) {
            return files.collect(Collectors.toSet());
        }
    }

    private Path craft(Crafting crafting) throws IOException {
        Path archive = temp.resolve("evil.tgz");
        try (OutputStream out = Files.newOutputStream(archive);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(out))) {
            crafting.into(tar);
        }
        return archive;
    }

    private static void file(TarArchiveOutputStream tar, String name, String content) throws IOException {
        entry(tar, name, (char) TarConstants.LF_NORMAL, "", content);
    }

    private static void entry(TarArchiveOutputStream tar, String name, char kind, String link, String content)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, (byte) kind, true);
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        entry.setLinkName(link);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void zeros(TarArchiveOutputStream tar, String name, int size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        byte[] block = new byte[100_000];
        for (int left = size; left > 0; left -= block.length) {
            tar.write(block);
        }
        tar.closeArchiveEntry();
    }
}
