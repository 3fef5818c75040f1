package dev.slipway.gke.mojo;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.mojo.Goals.Goal;
import dev.slipway.gke.mojo.Goals.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Makes {@code docs/goals.md} of the javadoc, as Spotless formats the code: written at a desk, compared in CI. What a user reads in the
 * repository is then what {@code gke:help} prints.
 */
@DisplayName("docs/goals.md")
class GoalsDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/goals.md");
    private static final Map<Class<?>, String> TITLES = Map.of(
            GkeMojo.class, "Every goal",
            HelmMojo.class, "Goals that use Helm",
            ReleaseMojo.class, "Goals that go to a cluster",
            ChartMojo.class, "Goals that look at what a deploy would do",
            ChangeMojo.class, "Goals that change a release");
    private static final String HEAD = """
            # Goals

            Every goal and every parameter, as the javadoc of the plugin tells them (`gke:help -Ddetail` prints the same). This page is written by a test
            of the plugin, `GoalsDocumentTest`: mend the javadoc, not the page.

            A parameter is written in the POM as `<name>`, or on the command line as its property.

            """;

    @Test
    @DisplayName("tells every goal and parameter as the javadoc does; at a desk, this test writes it")
    void inStep() throws IOException {
        String page = page(Goals.own());
        if (System.getenv("CI") == null) {
            Files.writeString(DOCUMENT, page);
        }
        assertThat(Files.readString(DOCUMENT))
                .as(
                        "docs/goals.md: run the tests of the plugin without CI in the environment, and commit what they wrote")
                .isEqualTo(page);
    }

    private static String page(List<Goal> goals) {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("| Goal | Phase, if the POM names none | |\n|---|---|---|\n");
        goals.forEach(goal -> page.append("| [`gke:%s`](#gke%s) | %s | %s |\n"
                .formatted(
                        goal.name(),
                        goal.name(),
                        goal.phase().map(phase -> "`" + phase + "`").orElse("by name"),
                        firstSentence(markdown(goal.description())))));
        Map<Class<?>, Map<String, Parameter>> homes = homes(goals);
        for (Goal goal : goals) {
            List<Class<?>> family = Goals.family(goal);
            Class<?> own = family.get(family.size() - 1);
            page.append("\n## gke:%s\n\n%s\n".formatted(goal.name(), markdown(goal.description())));
            page.append("\n%s Since %s.\n"
                    .formatted(
                            goal.needsProject() ? "Needs a POM." : "Needs no POM.",
                            goal.since().orElse("?")));
            parameters(page, homes.getOrDefault(own, new TreeMap<>()));
            String shared = family.subList(0, family.size() - 1).stream()
                    .filter(homes::containsKey)
                    .map(home -> "[" + title(home) + "](#" + anchor(title(home)) + ")")
                    .collect(joining("; "));
            page.append("\nAnd the parameters of: %s.\n".formatted(shared));
        }
        homes.forEach((home, parameters) -> {
            if (java.lang.reflect.Modifier.isAbstract(home.getModifiers())) {
                page.append("\n## %s\n".formatted(title(home)));
                parameters(page, parameters);
            }
        });
        return page.toString();
    }

    /** The classes that parameters are written in, the most general first, each with its parameters. */
    private static Map<Class<?>, Map<String, Parameter>> homes(List<Goal> goals) {
        Map<Class<?>, Map<String, Parameter>> homes = new LinkedHashMap<>();
        for (Goal goal : goals) {
            for (Class<?> home : Goals.family(goal)) {
                for (Parameter parameter : goal.parameters()) {
                    if (Goals.home(goal, parameter).equals(home)) {
                        homes.computeIfAbsent(home, key -> new TreeMap<>()).put(parameter.name(), parameter);
                    }
                }
            }
        }
        return homes;
    }

    /** An abstract class is known to users by what its goals have in common. */
    private static String title(Class<?> home) {
        return Optional.ofNullable(TITLES.get(home))
                .orElseThrow(() ->
                        new AssertionError("GoalsDocumentTest.TITLES has no heading for the parameters of " + home));
    }

    private static String anchor(String title) {
        return title.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9 -]", "")
                .replace(' ', '-');
    }

    private static void parameters(StringBuilder page, Map<String, Parameter> parameters) {
        parameters.values().forEach(parameter -> {
            List<String> facts = new ArrayList<>();
            facts.add("**`<" + parameter.name() + ">`**");
            parameter.property().map(name -> "`-D" + name + "`").ifPresent(facts::add);
            facts.add(kind(parameter));
            if (parameter.required()) {
                facts.add("required");
            }
            parameter.byDefault().map(value -> "default `" + value + "`").ifPresent(facts::add);
            parameter.since().map(since -> "since " + since).ifPresent(facts::add);
            page.append("\n%s\n\n%s\n".formatted(String.join(" · ", facts), markdown(parameter.description())));
        });
    }

    private static String kind(Parameter parameter) {
        String type = parameter.type();
        if (Set.of("boolean", "java.lang.Boolean").contains(type)) {
            return "true or false";
        }
        if (type.startsWith("java.util.List")) {
            return "list";
        }
        if (type.startsWith("java.util.Map")) {
            return "map";
        }
        if (type.startsWith("dev.slipway.")) {
            return "in the POM alone";
        }
        return switch (type) {
            case "java.lang.String" -> "text";
            case "java.io.File" -> "path";
            default -> "number";
        };
    }

    private static String firstSentence(String text) {
        return text.replaceFirst("(?s)(\\.)\\s.*", "$1").replace("\n", " ");
    }

    /** The little HTML that the javadoc has. */
    private static String markdown(String html) {
        return html.replaceAll("\\s*\\n\\s*", " ")
                .replaceAll("\\s*<p>\\s*", "\n\n")
                .replace("</p>", "")
                .replaceAll("</?code>", "`")
                .replaceAll("</?(b|strong)>", "**")
                .replaceAll("</?(i|em)>", "*")
                .replaceAll("\\s*</?[uo]l>", "\n")
                .replaceAll("\\s*<li>\\s*", "\n- ")
                .replace("</li>", "")
                .replaceAll("<a [^>]*>|</a>", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
                .strip();
    }
}
