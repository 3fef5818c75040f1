package dev.slipway.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.serving.model.BadModelException;
import dev.slipway.serving.model.Golden;
import dev.slipway.serving.model.ModelFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A model of one's own")
class OwnModelTest {
    @TempDir
    Path folder;

    @BeforeEach
    void copyScikitLearnsModel() throws IOException {
        ModelFolder.copy(Running.resource("/scikit-learn/model"), folder);
    }

    @Test
    @DisplayName("that scikit-learn trained and skl2onnx exported is served with scikit-learn's labels and scores")
    void scikitLearn() throws Exception {
        Golden said = ModelFolder.read(folder).golden();
        String instances =
                said.rows().stream().map(row -> row.input().toString()).collect(Collectors.joining(","));

        try (Running running = Running.with(folder)) {
            TestClient.Answer answer = running.client().post("/predict", "{\"instances\":[" + instances + "]}");

            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            List<Number> labels = answer.numbers("prediction");
            List<Number> scores = answer.numbers("score");
            assertThat(said.rows()).hasSizeGreaterThan(200);
            for (int i = 0; i < said.rows().size(); i++) {
                Golden.Row row = said.rows().get(i);
                assertThat(labels.get(i).longValue()).as("label of %s", row).isEqualTo(row.label());
                assertThat(scores.get(i).doubleValue()).isCloseTo(row.score(), within(1e-6));
            }
            assertThat(labels).contains(1, -1);
        }
    }

    @Test
    @DisplayName("or the one that the build trained answers from the jar with its golden labels")
    void bundled() throws Exception {
        Golden said = ModelFolder.bundled().golden();
        String instances =
                said.rows().stream().map(row -> row.input().toString()).collect(Collectors.joining(","));

        try (Running running = Running.bundled()) {
            TestClient.Answer answer = running.client().post("/predict", "{\"instances\":[" + instances + "]}");

            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.numbers("prediction").stream().map(Number::longValue))
                    .containsExactlyElementsOf(
                            said.rows().stream().map(Golden.Row::label).toList());
        }
    }

    @Test
    @DisplayName("whose score is off by more than a millionth is live, never ready, and says which row is wrong")
    void scoreOff() throws Exception {
        Golden golden = ModelFolder.read(folder).golden();
        double score = golden.rows().get(3).score();
        replace(ModelFolder.GOLDEN, Double.toString(score), Double.toString(score + 2e-6));

        try (Running running = Running.with(folder)) {
            assertThat(running.client().get("/health/live").status()).isEqualTo(200);
            assertThat(running.client().get("/health/startup").status()).isEqualTo(503);
            TestClient.Answer ready = running.client().get("/health/ready");
            assertThat(ready.status()).isEqualTo(503);
            assertThat((String) ready.json().get("reason"))
                    .matches(
                            "1 of 270 known answers are wrong, the first: golden.json row \\d \\[.*]: score -?0\\.\\d+, must be "
                                    + (score + 2e-6));
            TestClient.Answer predict = running.client().post("/predict", "{\"features\":[37,0]}");
            assertThat(predict.status()).isEqualTo(503);
            assertThat((String) predict.json().get("error")).startsWith("not ready: 1 of 270 known answers are wrong");
        }
    }

    @Test
    @DisplayName("whose score is off by less is served")
    void scoreWithinTolerance() throws Exception {
        double score = ModelFolder.read(folder).golden().rows().get(3).score();
        replace(ModelFolder.GOLDEN, Double.toString(score), Double.toString(score + 8e-7));

        try (Running running = Running.with(folder)) {
            assertThat(running.client().get("/health/ready").status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("whose label is wrong is not served")
    void labelOff() throws Exception {
        String golden = Files.readString(folder.resolve(ModelFolder.GOLDEN));
        int labels = golden.indexOf("\"labels\"");
        Files.writeString(
                folder.resolve(ModelFolder.GOLDEN),
                golden.substring(0, labels) + golden.substring(labels).replaceFirst("-1", "1"));

        try (Running running = Running.with(folder)) {
            assertThat(running.service().health().acceptsRequests().reason()).contains("label -1, must be 1");
        }
    }

    @Test
    @DisplayName("that is no ONNX, or another one than its card tells of, is refused with the reason")
    void graph() throws Exception {
        replace(ModelFolder.CARD, "\"features\"", "\"onnx\": {\"input\": \"Y\", \"score\": \"label\"}, \"features\"");
        assertThatThrownBy(() -> check(folder))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("model.onnx: must have one input, Y, of floats, has ")
                .hasMessageContaining("model.onnx: must have an output label of floats, has ");

        byte[] nonsense = "nonsense".getBytes(StandardCharsets.US_ASCII);
        Files.write(folder.resolve(ModelFolder.MODEL), nonsense);
        replace(
                ModelFolder.CARD,
                "\"version\": \"[0-9a-f]+\"",
                "\"version\": \"" + ModelFolder.versionOf(nonsense) + "\"");
        assertThatThrownBy(() -> check(folder))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("model.onnx: ONNX Runtime cannot load it: ");
    }

    @Test
    @DisplayName("with faults in its files has them all named at once, each with its place")
    void faults() throws Exception {
        Files.writeString(
                folder.resolve(ModelFolder.CARD),
                "{\"name\":\"\",\"version\":\"1.0\",\"features\":[{\"name\":\"a\",\"min\":\"low\"},{\"max\":1}]}");
        Files.writeString(
                folder.resolve(ModelFolder.GOLDEN),
                "{\"inputs\":[[1,2],[1]],\"scores\":[0.5,null],\"labels\":[1,1.5]}");

        assertThatThrownBy(() -> ModelFolder.read(folder))
                .isInstanceOf(BadModelException.class)
                .hasMessage(String.join(
                        "; ",
                        List.of(
                                        "card.json: features[0]: min: must be a finite number, found low",
                                        "card.json: features[1]: name: must be a text that is not empty, is not there",
                                        "card.json: version: must be the content hash of model.onnx, e19f0c93f5488380, found 1.0",
                                        "card.json: name: must be a text that is not empty, found ",
                                        "golden.json: inputs[1]: must have 2 values, one for each feature, found [1]",
                                        "golden.json: scores[1]: must be a finite number, is not there",
                                        "golden.json: labels[1]: must be a whole number, found 1.5")
                                .stream()
                                .map(fault -> folder + ": " + fault)
                                .toList()));
    }

    @Test
    @DisplayName("that is not there is refused before anything listens")
    void missing() {
        assertThatThrownBy(() -> Running.with(folder.resolve("none")))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("model.onnx is not there")
                .hasMessageContaining("card.json is not there")
                .hasMessageContaining("golden.json is not there");
    }

    private void replace(String file, String pattern, String replacement) throws IOException {
        Path path = folder.resolve(file);
        String text = Files.readString(path);
        String changed = text.replaceFirst(pattern, replacement);
        assertThat(changed).isNotEqualTo(text);
        Files.writeString(path, changed);
    }

    private static void check(Path folder) throws BadModelException {
        CheckCommand.check(folder, new PrintWriter(new StringWriter()));
    }
}
