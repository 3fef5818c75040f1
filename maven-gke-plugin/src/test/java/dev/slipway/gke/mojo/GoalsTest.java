package dev.slipway.gke.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.mojo.Goals.Goal;
import dev.slipway.gke.mojo.Goals.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Every goal")
class GoalsTest {
    private static final Path M2E = Path.of("src/main/resources/META-INF/m2e/lifecycle-mapping-metadata.xml");
    private static final Pattern PURPOSE = Pattern.compile("(?s)\\s*(\\S+\\s+){2,}?\\S+[.:].*");
    private static final Pattern EXAMPLE = Pattern.compile("(?is)for\\s+example\\s+<code>[^<]+</code>");
    private static final Pattern WITHOUT = Pattern.compile("(?s)\\b(Without (it|one)\\b|Default: \\S)");
    private static final Pattern UNIT = Pattern.compile("Unit: \\S");
    private static final Pattern MEASURED = Pattern.compile(
            "(?i)(?:(?:<code>|^)\\d+(?:ms|s|m|h|d|k|m|g|ki|mi|gi|b|kb|mb|gb)(?:\\d+[sm])?(?:</code>|$))");
    private static final Pattern SECRET =
            Pattern.compile("(?i)password|secret|token|credential|(sa|private|access|api)_?key");
    private static final Set<String> NUMBERS = Set.of(
            "int",
            "long",
            "double",
            "float",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Double",
            "java.time.Duration");
    private static final Set<String> SWITCHES = Set.of("boolean", "java.lang.Boolean");

    @Test
    @DisplayName("may run in a parallel build")
    void threadSafe() {
        assertThat(Goals.own())
                .isNotEmpty()
                .allSatisfy(goal -> assertThat(goal.threadSafe())
                        .as("gke:%s: write threadSafe = true in its @Mojo", goal.name())
                        .isTrue());
    }

    @Test
    @DisplayName("is left alone by Eclipse: META-INF/m2e names exactly the goals that there are")
    void ignoredByEclipse() {
        assertThat(new TreeSet<>(Goals.texts(M2E, "goal")))
                .as("the goals in %s: write a new goal there, too", M2E)
                .isEqualTo(new TreeSet<>(Goals.own().stream().map(Goal::name).toList()));
        assertThat(Goals.texts(M2E, "ignore")).hasSize(1);
        assertThat(Goals.texts(M2E, "execute")).isEmpty();
    }

    @Test
    @DisplayName("says what it does and since when")
    void described() {
        assertThat(Goals.own()).allSatisfy(goal -> {
            assertThat(goal.description())
                    .as("the javadoc of %s: what the goal does", goal.type())
                    .matches(PURPOSE);
            assertThat(goal.since())
                    .as("the javadoc of %s needs @since", goal.type())
                    .isPresent();
        });
    }

    @Test
    @DisplayName("tells purpose, unit, default, example and since of every parameter")
    void parameters() {
        Set<String> missing = new TreeSet<>();
        for (Goal goal : Goals.own()) {
            for (Parameter parameter : goal.parameters()) {
                lacking(parameter).stream()
                        .map(what ->
                                Goals.home(goal, parameter).getSimpleName() + "." + parameter.name() + " lacks " + what)
                        .forEach(missing::add);
            }
        }
        assertThat(missing).as("""
                        What the javadoc of the parameters lacks (it is the manual: docs/goals.md is made of it). Write in the field's javadoc:
                          purpose   a first sentence that ends with a full stop
                          example   'for example {@code VALUE}'; a true/false needs none
                          default   defaultValue in @Parameter, or 'Without it, ...' (what holds then); a required parameter needs none
                          unit      for a number, a time or a size: 'Unit: seconds.' or what is counted, such as 'Unit: revisions.'
                          since     @since 0.1
                        Then run the tests of this module once more at a desk: they write docs/goals.md. Commit it with the code.
                        """).isEmpty();
    }

    @Test
    @DisplayName(
            "takes no secret as a parameter: it would be on the command line, for every process of the machine to read")
    void noSecretIsAParameter() {
        assertThat(Goals.own())
                .allSatisfy(goal -> assertThat(goal.parameters())
                        .noneMatch(parameter -> SECRET.matcher(parameter.name()).find()
                                || SECRET.matcher(parameter.property().orElse(""))
                                        .find()));
    }

    private static List<String> lacking(Parameter parameter) {
        List<String> lacking = new ArrayList<>();
        if (!PURPOSE.matcher(parameter.description()).matches()) {
            lacking.add("purpose");
        }
        if (!SWITCHES.contains(parameter.type())
                && !EXAMPLE.matcher(parameter.description()).find()) {
            lacking.add("example");
        }
        if (parameter.byDefault().isEmpty()
                && !parameter.required()
                && !WITHOUT.matcher(parameter.description()).find()) {
            lacking.add("default");
        }
        if (isMeasured(parameter) && !UNIT.matcher(parameter.description()).find()) {
            lacking.add("unit");
        }
        if (parameter.since().isEmpty()) {
            lacking.add("since");
        }
        if (parameter.description().matches("(?s).*(</code>}|\\{@).*")) {
            lacking.add("whole markup: write <code>...</code> where the text has braces");
        }
        return lacking;
    }

    private static boolean isMeasured(Parameter parameter) {
        return NUMBERS.contains(parameter.type())
                || MEASURED.matcher(parameter.byDefault().orElse("")).find()
                || MEASURED.matcher(parameter.description()).find();
    }
}
