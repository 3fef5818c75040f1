package dev.slipway.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The objects that one values file makes of the chart. */
record Rendered(String shape, List<Map<String, Object>> objects) {

    static final Path CHART = Path.of("src", "main", "helm");
    private static final Path WITHOUT_HOOKS = withoutHooks();
    static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    /** {@return every values file that the chart has to work with: its own shapes, then the environments'} */
    static List<Path> shapes() {
        List<Path> all = new ArrayList<>(files(CHART.resolve("ci"), "-values.yaml"));
        all.addAll(environments());
        return all;
    }

    /** {@return the environments' values files} */
    static List<Path> environments() {
        List<Path> all = new ArrayList<>(files(Path.of("..", "deploy-dev"), ".yaml"));
        all.addAll(files(Path.of("..", "deploy-prod"), ".yaml"));
        return all;
    }

    /** {@return what a values file makes, with an image by digest unless it names its own, as the deploy plugin passes it} */
    static Rendered of(Path values) {
        boolean namesImage = yaml(values).containsKey("image");
        TemplateCommand command = template().withValuesFile(values);
        return new Rendered(
                values.getFileName().toString(),
                parse((namesImage
                                ? command
                                : command.set("image.repository", "docker.io/slipway/ml-service")
                                        .set("image.digest", DIGEST))
                        .call()));
    }

    /** {@return a rendering of the chart that waits for its values} */
    static TemplateCommand template() {
        return new Helm(WITHOUT_HOOKS).template().withName("ml-service").withNamespace("somewhere");
    }

    /** Copies the chart; helm-java renders no hooks, so in the copy the test pod is an ordinary object. */
    private static Path withoutHooks() {
        try (Stream<Path> files = Files.walk(CHART)) {
            Path copy = Files.createTempDirectory(Path.of("target"), "chart-without-hooks-");
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(CHART.relativize(file));
                Files.createDirectories(Objects.requireNonNull(to.getParent()));
                Files.writeString(to, Files.readString(file).replaceAll("(?m)^ *helm\\.sh/hook.*$", ""));
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // YAML has no types; a chart's values are a map
    static Map<String, Object> yaml(Path file) {
        try {
            return (Map<String, Object>)
                    new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the objects of a kind} */
    List<Map<String, Object>> all(String kind) {
        return objects.stream().filter(o -> kind.equals(o.get("kind"))).toList();
    }

    /** {@return the only object of a kind} */
    Map<String, Object> one(String kind) {
        List<Map<String, Object>> found = all(kind);
        if (found.size() != 1) {
            throw new AssertionError(shape + " makes " + found.size() + " objects of kind " + kind + ", not one");
        }
        return found.get(0);
    }

    /** {@return the pod specs, that of the service first, then that of the test} */
    List<Map<String, Object>> podSpecs() {
        return List.of(at(one("Deployment"), "spec", "template", "spec"), at(one("Pod"), "spec"));
    }

    /** {@return the only container of a pod spec} */
    static Map<String, Object> container(Map<String, Object> podSpec) {
        return list(podSpec, "containers").get(0);
    }

    /** {@return the map that a path of keys leads to} */
    @SuppressWarnings("unchecked") // as above
    static Map<String, Object> at(Map<String, Object> from, String... path) {
        Map<String, Object> here = from;
        for (String key : path) {
            Object next = here.get(key);
            if (next == null) {
                throw new AssertionError("no " + key + " of " + String.join(".", path) + " in " + from);
            }
            here = (Map<String, Object>) next;
        }
        return here;
    }

    @SuppressWarnings("unchecked") // as above
    static List<Map<String, Object>> list(Map<String, Object> from, String key) {
        Object found = from.get(key);
        if (found == null) {
            throw new AssertionError("no " + key + " in " + from);
        }
        return (List<Map<String, Object>>) found;
    }

    /** {@return a whole number} */
    static int number(Map<String, Object> from, String key) {
        Object found = from.get(key);
        if (!(found instanceof Integer number)) {
            throw new AssertionError(key + " is " + found + ", not a whole number");
        }
        return number;
    }

    /** {@return an amount of CPU, in cores} */
    static BigDecimal cores(Object quantity) {
        String text = quantity.toString();
        return text.endsWith("m")
                ? new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(3)
                : new BigDecimal(text);
    }

    @Override
    public String toString() {
        return shape;
    }

    @SuppressWarnings("unchecked") // as above
    private static List<Map<String, Object>> parse(String documents) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(documents)) {
            if (document != null) {
                objects.add((Map<String, Object>) document);
            }
        }
        return objects;
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
