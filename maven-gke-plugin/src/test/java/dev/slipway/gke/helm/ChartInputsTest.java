package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.Inputs;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What a rendering depends on")
class ChartInputsTest {
    @TempDir
    private Path folder;

    private Path chart;
    private Path values;

    @BeforeEach
    void chart() throws IOException {
        chart = folder.resolve("chart");
        Files.createDirectories(chart.resolve("templates"));
        Files.writeString(chart.resolve("Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 0.1.0\n");
        Files.writeString(chart.resolve("templates/a.yaml"), "a: {{ .Values.a }}\n");
        values = Files.writeString(folder.resolve("values.yaml"), "a: {b: 1, c: 2}\n");
    }

    @Test
    @DisplayName("is told by the same fingerprint for the same content, and by another for any other")
    void fingerprint() throws IOException {
        String before = inputs("1", Map.of()).fingerprint();
        assertThat(before)
                .matches("[0-9a-f]{64}")
                .isEqualTo(inputs("1", Map.of()).fingerprint());
        assertThat(inputs("2", Map.of()).fingerprint()).as("another plugin").isNotEqualTo(before);
        assertThat(inputs("1", Map.of("image", Map.of("digest", "x"))).fingerprint())
                .as("another image")
                .isNotEqualTo(before);
        Files.writeString(values, "a: {b: 1, c: 3}\n");
        String changed = inputs("1", Map.of()).fingerprint();
        assertThat(changed).as("another value").isNotEqualTo(before);
        Files.writeString(chart.resolve("templates/a.yaml"), "a: {{ .Values.a }} \n");
        assertThat(inputs("1", Map.of()).fingerprint()).as("another chart").isNotEqualTo(changed);
    }

    @Test
    @DisplayName("are the values as Helm merges them")
    void merged() {
        assertThat(inputs("1", Map.of("a", Map.of("c", 4), "d", 5)).values())
                .isEqualTo(Map.of("a", Map.of("b", 1, "c", 4), "d", 5));
    }

    @DisplayName("has no fingerprint if a template can give something else from the same")
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
        {{ lookup "v1" "Secret" .Release.Namespace "s" }} ; lookup
        {{ now | date "2006" }} ; now
        {{ randAlphaNum 8 }} ; randAlphaNum
        {{ if .Capabilities.APIVersions.Has "x" }}{{ end }} ; Capabilities.APIVersions
        {{ if .Release.IsInstall }}{{ end }} ; Release.IsInstall
        {{/* lookup is not used, nor now */}} ; ``
        {{ fail "look it up now" }} ; ``
        now, and lookup, outside of any action ; ``
        {{ .Values.now }} {{ $now }} ; ``
        """)
    void restless(String template, String function) throws IOException {
        Files.writeString(chart.resolve("templates/b.yaml"), template);
        Inputs inputs = inputs("1", Map.of());
        assertThat(String.join(",", inputs.restless())).isEqualTo(function == null ? "" : function);
        assertThat(inputs.fingerprint().isEmpty()).isEqualTo(!inputs.restless().isEmpty());
    }

    private Inputs inputs(String plugin, Map<String, Object> own) {
        return new ChartInputs(plugin)
                .of(new ReleasePlan(
                        new ReleaseName("shop"),
                        new Namespace("dev"),
                        new ChartSource(chart.toString()),
                        List.of(values),
                        own,
                        ""));
    }
}
