package dev.slipway.gke.helm;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.secret.PrivateFolder;
import dev.slipway.gke.yaml.Manifests;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Charts as files: folders and archives, judged before Helm sees them. Helm follows a symbolic link wherever it leads, so a
 * chart from elsewhere could carry files of this machine to a cluster; here a link has to stay in its chart.
 */
final class ChartFiles {
    /** The most that an archive may unpack to, in bytes. Helm itself stops at 100 MiB. */
    private static final long MAX_BYTES = 100L << 20;

    private static final int MAX_FILES = 10_000;

    private static final String CHART_YAML = "Chart.yaml";

    private ChartFiles() {}

    /** {@return the folder, after a look at it: it has a {@code Chart.yaml}, and no link leads out of it} */
    static Path checked(Path folder) {
        Path real;
        try {
            real = folder.toRealPath();
        } catch (IOException e) {
            throw invalid(
                    folder,
                    "There is no chart here",
                    "Check <chart>: it has to be a chart folder, a .tgz or an oci:// reference");
        }
        if (!Files.isDirectory(real)) {
            throw invalid(folder, "This is no chart folder", "Name the folder that holds Chart.yaml");
        }
        if (!Files.isRegularFile(real.resolve(CHART_YAML))) {
            throw invalid(
                    folder,
                    "This folder holds no Chart.yaml, so it is no chart",
                    "Name the folder that holds Chart.yaml");
        }
        // Links are not followed here: each is judged where it stands.
        try (Stream<Path> files = Files.walk(real)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Files.isSymbolicLink(file) && !within(real, file)) {
                    throw invalid(
                            file,
                            "A symbolic link of the chart leads out of it, or nowhere",
                            "Put the file itself into the chart");
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(folder, e);
        }
        return real;
    }

    /** Copies a chart that was checked; links become what they lead to. */
    static Path copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                    target.toFile().setWritable(true, true);
                }
            }
            return to;
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(from, e);
        }
    }

    /**
     * Unpacks a chart's archive.
     *
     * @return the folder of the chart in {@code to}
     */
    static Path unpack(Path archive, Path to) {
        Map<String, byte[]> files = read(archive);
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path target = to.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                Files.write(target, file.getValue());
            }
        } catch (IOException e) {
            throw PrivateFolder.unusable(to, e);
        }
        String root = files.isEmpty() ? "" : files.keySet().iterator().next().split("/", 2)[0];
        return checked(to.resolve(root));
    }

    /** {@return the files of a chart's archive, by their path in it; every path stays in one folder} */
    static Map<String, byte[]> read(Path archive) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        long left = MAX_BYTES;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
            String root = null;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isDirectory() || entry.isGlobalPaxHeader() || entry.isPaxHeader()) {
                    continue;
                }
                String name = entry.getName();
                root = root == null ? name.split("/", 2)[0] : root;
                refuseUnsafe(archive, entry, root);
                byte[] content = tar.readNBytes((int) Math.min(left + 1, Integer.MAX_VALUE));
                left -= content.length;
                files.put(name, content);
                if (left < 0 || files.size() > MAX_FILES) {
                    throw invalid(
                            archive,
                            "The chart's archive unpacks to more than 100 MiB or " + MAX_FILES + " files",
                            "Leave out what does not belong to the chart, by .helmignore");
                }
            }
        } catch (IOException e) {
            throw invalid(
                    archive,
                    Files.exists(archive) ? "This is no chart archive: " + e.getMessage() : "There is no chart here",
                    "Check <chart>: it has to be a chart folder, a .tgz or an oci:// reference");
        }
        return files;
    }

    private static void refuseUnsafe(Path archive, TarArchiveEntry entry, String root) {
        String name = entry.getName();
        boolean outside = name.startsWith("/")
                || name.contains("\\")
                || name.indexOf(':') == 1
                || !name.startsWith(root + "/")
                || Stream.of(name.split("/", -1))
                        .anyMatch(part -> part.isEmpty() || part.equals("..") || part.equals("."));
        if (outside || !entry.isFile() || entry.isLink() || entry.isSymbolicLink()) {
            throw invalid(
                    archive,
                    "The chart's archive holds '" + name + "', which is "
                            + (outside ? "not within the chart's folder" : "no plain file"),
                    "Do not use this archive: Helm never makes such a one");
        }
    }

    /** {@return name and version of the chart in the folder} */
    static ChartId id(Path folder) {
        Map<String, Object> chart = chartYaml(folder);
        Object name = chart.get("name");
        Object version = chart.get("version");
        if (name == null || version == null) {
            throw invalid(
                    folder.resolve(CHART_YAML),
                    "The chart has no " + (name == null ? "name" : "version"),
                    "Add it to Chart.yaml");
        }
        return new ChartId(name.toString(), version.toString());
    }

    /** {@return whether it only holds definitions for other charts} */
    static boolean library(Path folder) {
        return "library".equals(chartYaml(folder).get("type"));
    }

    private static Map<String, Object> chartYaml(Path folder) {
        Path file = folder.resolve(CHART_YAML);
        try {
            return Manifests.parseMap(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw invalid(file, "Chart.yaml cannot be read: " + e.getMessage(), "Correct Chart.yaml");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Writes version and app version into {@code Chart.yaml}; everything else, comments too, stays as it is. */
    static void setVersion(Path folder, String version) {
        Path file = folder.resolve(CHART_YAML);
        try {
            String text = Files.readString(file);
            String changed = setField(setField(text, "version", version), "appVersion", version);
            Map<String, Object> tree = new LinkedHashMap<>(Manifests.parseMap(text));
            tree.put("version", version);
            tree.put("appVersion", version);
            // A Chart.yaml in a style that lines do not show is written anew.
            Files.writeString(file, tree.equals(parsed(changed)) ? changed : Manifests.toYaml(tree));
        } catch (IllegalArgumentException e) {
            throw invalid(file, "Chart.yaml cannot be read: " + e.getMessage(), "Correct Chart.yaml");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static @Nullable Map<String, Object> parsed(String text) {
        try {
            return Manifests.parseMap(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String setField(String text, String field, String value) {
        String line = field + ": \"" + value + "\"";
        Matcher matcher = Pattern.compile("(?m)^" + field + ":[^\\S\\n]*[^#\\n]*?(?<comment>[^\\S\\n]+#.*)?$")
                .matcher(text);
        if (matcher.find()) {
            String comment = matcher.group("comment");
            return text.substring(0, matcher.start())
                    + line
                    + (comment == null ? "" : comment)
                    + text.substring(matcher.end());
        }
        return text + (text.endsWith("\n") ? "" : "\n") + line + "\n";
    }

    private static boolean within(Path root, Path link) {
        try {
            return link.toRealPath().startsWith(root);
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return the files of a folder, not of the folders in it, in the order of their names} */
    static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    static DeployFailure invalid(Path where, String what, String tryThis) {
        return new DeployFailure(FailureCode.CHART_INVALID, what, where.toString(), tryThis);
    }

    static DeployFailure unreadable(Path where, Exception cause) {
        return new DeployFailure(
                FailureCode.CHART_INVALID,
                "The chart cannot be read: " + cause.getMessage(),
                where.toString(),
                "Check that the file is there and may be read",
                cause);
    }
}
