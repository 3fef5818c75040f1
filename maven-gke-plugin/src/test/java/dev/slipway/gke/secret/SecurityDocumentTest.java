package dev.slipway.gke.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the register of threats against the tests that there are. */
@DisplayName("docs/security.md")
class SecurityDocumentTest {
    private static final Path CHECKOUT = Path.of("..");
    private static final int THREATS = 19;
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT|Contract))\\.(\\w+)`");
    private static final Pattern INVOKER = Pattern.compile("`(src/it/[^`]+)`");

    @Test
    @DisplayName("has every threat, with the tests that hold its control")
    void complete() throws IOException {
        Map<String, String> threats = threats();

        assertThat(threats.keySet())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, THREATS).mapToObj(i -> "T" + i).toList());
        assertThat(threats)
                .allSatisfy((name, text) -> assertThat(named(text).isEmpty()
                                && INVOKER.matcher(text).results().findAny().isEmpty())
                        .as("%s names a test, or says 'Not held by a test'", name)
                        .isEqualTo(text.contains("Not held by a test")));
    }

    @Test
    @DisplayName("names no test that is not there")
    void real() throws IOException {
        TreeSet<String> missing = new TreeSet<>();
        for (Map.Entry<String, String> threat : threats().entrySet()) {
            for (List<String> test : named(threat.getValue())) {
                if (!isThere(test.get(0), test.get(1))) {
                    missing.add(threat.getKey() + " " + String.join(".", test));
                }
            }
            Matcher invoker = INVOKER.matcher(threat.getValue());
            while (invoker.find()) {
                if (!Files.exists(Path.of(invoker.group(1), "verify.groovy"))) {
                    missing.add(threat.getKey() + " " + invoker.group(1));
                }
            }
        }
        assertThat(missing)
                .as("tests that docs/security.md names and that are not there: was one renamed?")
                .isEmpty();
    }

    private static Map<String, String> threats() throws IOException {
        Map<String, String> threats = new LinkedHashMap<>();
        for (String section :
                Files.readString(CHECKOUT.resolve("docs/security.md")).split("(?m)^## ", -1)) {
            if (section.matches("(?s)T\\d+\\n.*")) {
                int end = section.indexOf('\n');
                threats.put(section.substring(0, end), section.substring(end));
            }
        }
        return threats;
    }

    private static List<List<String>> named(String text) {
        List<List<String>> tests = new ArrayList<>();
        Matcher test = TEST.matcher(text);
        while (test.find()) {
            tests.add(List.of(test.group(1), test.group(2)));
        }
        return tests;
    }

    /** The tests of other modules are not on the class path: they are looked for in the sources. */
    private static boolean isThere(String type, String method) throws IOException {
        Pattern declared = Pattern.compile(
                "@(?:Parameterized|Repeated)?Test\\b(?:(?!\\bvoid\\b).)*?\\bvoid " + method + "\\(", Pattern.DOTALL);
        for (String module : List.of("maven-gke-plugin", "chart", "ml-service", "e2e")) {
            Path sources = CHECKOUT.resolve(module).resolve("src/test/java");
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file :
                        files.filter(file -> file.endsWith(type + ".java")).toList()) {
                    if (declared.matcher(Files.readString(file)).find()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
