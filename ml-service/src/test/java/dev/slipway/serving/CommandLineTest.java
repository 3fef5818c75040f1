package dev.slipway.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.serving.config.ServeConfig;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

@DisplayName("The command line")
class CommandLineTest {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Z_]+)(:-(.+))?}");

    static Stream<OptionSpec> options() {
        return Main.program().getSubcommands().values().stream()
                .flatMap(command -> command.getCommandSpec().options().stream())
                .filter(option -> !option.usageHelp() && !option.versionHelp());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("options")
    @DisplayName("takes every option from an environment variable too, and says so in its help")
    void variables(OptionSpec option) {
        // OptionSpec knows only what became of it.
        CommandLine.Option annotation = ((Field) option.userObject()).getAnnotation(CommandLine.Option.class);
        Matcher variable = VARIABLE.matcher(annotation.defaultValue());

        assertThat(variable.matches()).as(annotation.defaultValue()).isTrue();
        String help = String.join(" ", option.description());
        assertThat(help).contains("(" + variable.group(1));
        String command = option.command().name();
        assertThat(variable.group(1))
                .isEqualTo((command + option.longestName().substring(1))
                        .replace('-', '_')
                        .toUpperCase(java.util.Locale.ROOT));
    }

    @Test
    @DisplayName("has serve, train, check and ask")
    void commands() {
        assertThat(Main.program().getSubcommands()).containsOnlyKeys("serve", "train", "check", "ask");
    }

    @ParameterizedTest
    @CsvSource({"5s,5000", "250ms,250", "2m,120000", "1h,3600000", "PT1.5S,1500", "0s,0"})
    @DisplayName("reads times with their unit")
    void times(String text, long millis) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "s", "", "5 s", "-5s", "five"})
    @DisplayName("refuses a bare number and anything else that is no time")
    void noTimes(String text) {
        assertThatThrownBy(() -> new DurationConverter().convert(text))
                .isInstanceOf(CommandLine.TypeConversionException.class)
                .hasMessage("must be a time such as 5s, 250ms or 2m, is " + text);
    }

    @Test
    @DisplayName("reports everything that is out of bounds at once, by the names of the options")
    void bounds() {
        assertThatThrownBy(() -> new ServeConfig(
                        " ", 70_000, Optional.of(Path.of("x")), Duration.ofSeconds(-1), Duration.ofDays(1), 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "--host must not be empty; --port must be from 0 to 65535, is 70000; --grace must be from 0s to 1h,"
                                + " is PT-1S; --drain must be from 0s to 1h, is PT24H; --max-body must be at least 1, is 0;"
                                + " --max-rows must be at least 1, is 0");
    }
}
