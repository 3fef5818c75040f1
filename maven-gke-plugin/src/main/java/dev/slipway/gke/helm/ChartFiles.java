package dev.slipway.gke.helm;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.secret.PrivateFolder;
import dev.slipway.gke.yaml.Manifests;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
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
    /** The most that a chart may hold, in bytes. Helm itself stops at 100 MiB, and a release at 1 MiB, compressed. */
    private static final long MAX_BYTES = 50L << 20;

    /** The most that one file of it may hold, in bytes: Helm's own limit. */
    private static final long MAX_FILE = 5L << 20;

    /** How many files, folders and links it may have. */
    private static final int MAX_ENTRIES = 10_000;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]*");
    private static final Pattern VERSION = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9.+_-]*");

    private static final Pattern LOOKUP = Pattern.compile("\\{\\{-?[^}]*?(?<![\\w.$\"'])lookup\\s+[\"'$.(]");

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
            int entries = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                if (++entries > MAX_ENTRIES) {
                    throw unsafe(
                            folder,
                            "The chart's folder holds more than " + MAX_ENTRIES + " files",
                            "Name the folder of the chart, and put nothing else into it");
                }
                refuseUnsafe(real, file);
            }
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(folder, e);
        }
        id(real);
        return real;
    }

    private static void refuseUnsafe(Path root, Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink() && !within(root, file)) {
            throw unsafe(
                    file,
                    "A symbolic link of the chart leads out of it, or nowhere",
                    "Put the file itself into the chart");
        }
        if (attributes.isSymbolicLink() && file.endsWith("Chart.lock")) {
            throw unsafe(
                    file,
                    "Chart.lock is a symbolic link: Helm may write through it",
                    "Put the file itself into the chart");
        }
        if (attributes.isOther()) {
            throw unsafe(
                    file,
                    "The chart holds something that is no file: a device, a pipe or a socket",
                    "Take it out of the chart");
        }
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
        int entries = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
            String root = null;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (++entries > MAX_ENTRIES) {
                    throw tooLarge(archive, "more than " + MAX_ENTRIES + " entries");
                }
                if (entry.isGlobalPaxHeader() || entry.isPaxHeader()) {
                    continue;
                }
                String name = entry.getName();
                root = root == null ? name.split("/", 2)[0] : root;
                refuseUnsafe(archive, entry, root);
                if (entry.isDirectory()) {
                    continue;
                }
                byte[] content = tar.readNBytes((int) MAX_FILE + 1);
                left -= content.length;
                if (content.length > MAX_FILE) {
                    throw tooLarge(archive, "'" + name + "', which is larger than " + (MAX_FILE >> 20) + " MiB");
                }
                if (left < 0) {
                    throw tooLarge(archive, "more than " + (MAX_BYTES >> 20) + " MiB");
                }
                if (files.put(name, content) != null) {
                    throw unsafe(
                            archive,
                            "The chart's archive holds '" + name + "' twice, so that it is two charts at once",
                            "Do not use this archive: Helm never makes such a one");
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

    private static DeployFailure tooLarge(Path archive, String what) {
        return unsafe(
                archive,
                "The chart's archive unpacks to " + what,
                "Leave out what does not belong to the chart, by .helmignore; or do not use this archive");
    }

    private static void refuseUnsafe(Path archive, TarArchiveEntry entry, String root) {
        String name = entry.getName();
        String path = entry.isDirectory() && name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        boolean outside = name.startsWith("/")
                || name.contains("\\")
                || name.indexOf(':') == 1
                || !NAME.matcher(root).matches()
                || !(name.startsWith(root + "/") || (entry.isDirectory() && path.equals(root)))
                || Stream.of(path.split("/", -1))
                        .anyMatch(part -> part.isEmpty() || part.equals("..") || part.equals("."));
        boolean plain = entry.isDirectory()
                || (entry.isFile()
                        && !entry.isLink()
                        && !entry.isSymbolicLink()
                        && !entry.isCharacterDevice()
                        && !entry.isBlockDevice()
                        && !entry.isFIFO());
        if (outside || !plain) {
            throw unsafe(
                    archive,
                    "The chart's archive holds '" + name + "', which is "
                            + (outside ? "not within the chart's folder" : "no plain file"),
                    "Do not use this archive: Helm never makes such a one");
        }
    }

    /** {@return the archive, after a look at it: it can be unpacked safely, and it is a chart} */
    static Path checkedArchive(Path archive) {
        for (Map.Entry<String, byte[]> file : read(archive).entrySet()) {
            if (file.getKey().indexOf('/') == file.getKey().length() - CHART_YAML.length() - 1
                    && file.getKey().endsWith("/" + CHART_YAML)) {
                String text = new String(file.getValue(), StandardCharsets.UTF_8);
                id(chartYaml(text, archive), archive);
                return archive;
            }
        }
        throw invalid(
                archive,
                "This archive holds no Chart.yaml, so it is no chart",
                "Check <chart>: it has to be a chart folder, a .tgz or an oci:// reference");
    }

    /** {@return name and version of the chart in the folder} */
    static ChartId id(Path folder) {
        return id(chartYaml(folder), folder.resolve(CHART_YAML));
    }

    private static ChartId id(Map<String, Object> chart, Path where) {
        Object name = chart.get("name");
        Object version = chart.get("version");
        if (name == null || version == null) {
            throw invalid(where, "The chart has no " + (name == null ? "name" : "version"), "Add it to Chart.yaml");
        }
        if (!NAME.matcher(name.toString()).matches()
                || !VERSION.matcher(version.toString()).matches()) {
            throw unsafe(
                    where,
                    "'" + name + "' in version '" + version + "' is no name of a chart: files are named after it",
                    "A name is letters, digits, '.', '_' and '-', and begins with a letter or a digit");
        }
        return new ChartId(name.toString(), version.toString());
    }

    /** {@return the templates of a chart, subcharts' included, that ask the cluster about other objects} */
    static List<String> lookups(Path chart) {
        List<String> found = new ArrayList<>();
        if (Files.isRegularFile(chart)) {
            read(chart).forEach((name, content) -> {
                if (looksUp(name, new String(content, StandardCharsets.UTF_8))) {
                    found.add(name);
                }
            });
            return found;
        }
        try (Stream<Path> files = Files.walk(chart, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                String name = chart.relativize(file).toString().replace('\\', '/');
                if (Files.isRegularFile(file)
                        && looksUp("/" + name, Files.readString(file, StandardCharsets.ISO_8859_1))) {
                    found.add(name);
                }
            }
            return found;
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(chart, e);
        }
    }

    /** {@return how many bytes there are in a chart, in files that Helm ignores too} */
    static long size(Path chart) {
        if (Files.isRegularFile(chart)) {
            return read(chart).values().stream()
                    .mapToLong(content -> content.length)
                    .sum();
        }
        try (Stream<Path> files = Files.walk(chart, FileVisitOption.FOLLOW_LINKS)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(chart, e);
        }
    }

    private static boolean looksUp(String name, String text) {
        return name.contains("/templates/") && LOOKUP.matcher(text).find();
    }

    /** {@return whether it only holds definitions for other charts} */
    static boolean library(Path folder) {
        return "library".equals(chartYaml(folder).get("type"));
    }

    private static Map<String, Object> chartYaml(Path folder) {
        Path file = folder.resolve(CHART_YAML);
        try {
            return chartYaml(Files.readString(file), file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Map<String, Object> chartYaml(String text, Path where) {
        try {
            return Manifests.parseMap(text);
        } catch (IllegalArgumentException e) {
            throw invalid(where, "Chart.yaml cannot be read: " + e.getMessage(), "Correct Chart.yaml");
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

    static DeployFailure unsafe(Path where, String what, String tryThis) {
        return new DeployFailure(FailureCode.CHART_UNSAFE, what, where.toString(), tryThis);
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
