package dev.slipway.gke.helm;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Inputs;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.port.RenderInputs;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads charts and values files as bytes, without Helm: a few milliseconds where starting Helm and rendering takes a second.
 *
 * <p>Whether templates can render to something else from the same inputs is told by the functions that they name: those that ask the
 * cluster, the clock, the network or chance. A name in a comment or a text does not count; one that is never reached does.
 */
public final class ChartInputs implements RenderInputs {
    private static final Pattern ACTION = Pattern.compile("\\{\\{(?<code>.*?)\\}\\}", Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern TEXT = Pattern.compile("\"(?:\\\\.|[^\"\\\\])*\"|`[^`]*`");
    private static final Pattern RESTLESS = Pattern.compile(
            "(?<![.$\\w])(lookup|now|ago|rand\\w+|shuffle|uuidv4|getHostByName|bcrypt|htpasswd|encryptAES"
                    + "|genPrivateKey|genCA|genCAWithKey|genSelfSignedCert|genSelfSignedCertWithKey|genSignedCert"
                    + "|genSignedCertWithKey)\\b|Capabilities\\.APIVersions|Release\\.(?:IsInstall|IsUpgrade|Revision)");

    private final String plugin;

    /**
     * @param plugin version of this plugin: another one may render otherwise, its Helm being another
     */
    public ChartInputs(String plugin) {
        this.plugin = plugin;
    }

    @Override
    public Inputs of(ReleasePlan plan) {
        Set<String> restless = new TreeSet<>();
        Map<String, Object> values = new LinkedHashMap<>();
        MessageDigest digest = sha256();
        add(digest, "plugin", plugin.getBytes(StandardCharsets.UTF_8));
        add(digest, "release", plan.release().value().getBytes(StandardCharsets.UTF_8));
        add(digest, "namespace", plan.namespace().value().getBytes(StandardCharsets.UTF_8));
        for (Path file : plan.valuesFiles()) {
            String text = text(file);
            // Values may be templates too (tpl).
            restless.addAll(restless(text));
            add(digest, "values", text.getBytes(StandardCharsets.UTF_8));
            values = merged(values, parsed(file, text));
        }
        values = merged(values, plan.values());
        add(digest, "own values", Manifests.toYaml(sorted(plan.values())).getBytes(StandardCharsets.UTF_8));
        if (plan.chart().remote()) {
            // What a reference stands for is known when the chart is fetched, and not before.
            return new Inputs("", List.copyOf(restless), values);
        }
        boolean whole = true;
        for (Map.Entry<String, byte[]> file :
                files(Path.of(plan.chart().location())).entrySet()) {
            String name = file.getKey();
            add(digest, name, file.getValue());
            if (name.endsWith(".tgz")) {
                // A chart within the chart, whose templates were not looked at.
                whole = false;
            } else if (name.contains("/templates/") || name.startsWith("templates/") || name.endsWith("values.yaml")) {
                restless.addAll(restless(new String(file.getValue(), StandardCharsets.UTF_8)));
            }
        }
        String fingerprint = whole && restless.isEmpty() ? HexFormat.of().formatHex(digest.digest()) : "";
        return new Inputs(fingerprint, List.copyOf(restless), values);
    }

    /** {@return the functions of a template by which the same inputs may give something else} */
    static Set<String> restless(String template) {
        Set<String> found = new TreeSet<>();
        Matcher actions = ACTION.matcher(COMMENT.matcher(template).replaceAll(""));
        while (actions.find()) {
            Matcher functions =
                    RESTLESS.matcher(TEXT.matcher(actions.group("code")).replaceAll("\"\""));
            while (functions.find()) {
                found.add(functions.group());
            }
        }
        return found;
    }

    private static Map<String, byte[]> files(Path chart) {
        if (Files.isRegularFile(chart)) {
            return new TreeMap<>(ChartFiles.read(chart));
        }
        Path folder = ChartFiles.checked(chart);
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                files.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
            return files;
        } catch (IOException | UncheckedIOException e) {
            throw ChartFiles.unreadable(chart, e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new DeployFailure(
                    FailureCode.VALUES_INVALID,
                    Files.exists(file)
                            ? "The values file cannot be read: " + e.getMessage()
                            : "There is no such values file",
                    file.toString(),
                    "Check <valuesFiles>",
                    e);
        }
    }

    private static Map<String, Object> parsed(Path file, String text) {
        try {
            return Manifests.parseMap(text);
        } catch (IllegalArgumentException e) {
            throw new DeployFailure(
                    FailureCode.VALUES_INVALID,
                    "The values file cannot be read: " + e.getMessage(),
                    file.toString(),
                    "Correct the file: values are one YAML map",
                    e);
        }
    }

    /** As Helm does it: maps are merged, everything else is replaced. */
    private static Map<String, Object> merged(Map<String, Object> below, Map<String, Object> above) {
        Map<String, Object> merged = new LinkedHashMap<>(below);
        above.forEach((key, value) -> merged.put(
                key,
                below.get(key) instanceof Map<?, ?> one && value instanceof Map<?, ?> other
                        ? merged(strings(one), strings(other))
                        : value));
        return merged;
    }

    private static Map<String, Object> strings(Map<?, ?> map) {
        Map<String, Object> strings = new LinkedHashMap<>();
        map.forEach((key, value) -> strings.put(String.valueOf(key), value));
        return strings;
    }

    private static Map<String, Object> sorted(Map<String, Object> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(key, value instanceof Map<?, ?> inner ? sorted(strings(inner)) : value));
        return sorted;
    }

    /** With lengths, so that no two sets of files read as the same bytes. */
    private static void add(MessageDigest digest, String name, byte[] content) {
        digest.update((name + "\n" + content.length + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(content);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
