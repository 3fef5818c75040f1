package dev.slipway.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.serving.model.Golden;
import dev.slipway.serving.model.ModelFolder;
import dev.slipway.serving.model.Rows;
import dev.slipway.serving.model.Scores;
import dev.slipway.serving.onnx.OnnxScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Training")
class TrainerTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "writes a folder that ONNX Runtime serves with the scores of the forest, on thresholds and far away too")
    void serves() throws Exception {
        Trainer.train(plan(0.5), folder);
        ModelFolder model = ModelFolder.read(folder);

        assertThat(model.golden().rows()).hasSizeGreaterThan(40);
        try (OnnxScorer scorer = OnnxScorer.load(model)) {
            Golden.Replay replay = model.golden().replay(scorer);
            assertThat(replay.faults()).isEmpty();
            assertThat(replay.worstError()).isLessThanOrEqualTo(1e-6);
        }
    }

    @Test
    @DisplayName("writes a graph that agrees with the forest on every row of the data")
    void agrees() throws Exception {
        LabelledRows data = LabelledRows.read(data(), List.of("a", "b"), "odd");
        float[][] rows = data.rows(IntStream.range(0, data.rows().size()).toArray());
        IsolationForest forest = IsolationForest.train(rows, plan(0.5).forest());
        Trainer.train(plan(0.5), folder);
        byte[] onnx = OnnxForest.write(forest, 2);
        Files.write(folder.resolve(ModelFolder.MODEL), onnx);
        Path card = folder.resolve(ModelFolder.CARD);
        Files.writeString(
                card,
                Files.readString(card)
                        .replaceFirst(
                                "\"version\" : \"\\w+\"", "\"version\" : \"" + ModelFolder.versionOf(onnx) + "\""));

        try (OnnxScorer scorer = OnnxScorer.load(ModelFolder.read(folder))) {
            float[] values = new float[rows.length * 2];
            for (int r = 0; r < rows.length; r++) {
                System.arraycopy(rows[r], 0, values, r * 2, 2);
            }
            Scores scores = scorer.score(new Rows(2, rows.length, values));
            for (int r = 0; r < rows.length; r++) {
                assertThat((double) scores.score(r)).isCloseTo(forest.decision(rows[r]), within(1e-6));
                assertThat(scores.label(r)).as("label of row %d", r).isEqualTo(forest.label(rows[r]));
            }
        }
    }

    @Test
    @DisplayName("gives the same bytes twice, and leaves files alone that are already as they should be")
    void same() throws Exception {
        Trainer.train(plan(0.5), folder);
        FileTime longAgo = FileTime.from(Instant.parse("2001-01-01T00:00:00Z"));
        for (String file : List.of(ModelFolder.MODEL, ModelFolder.CARD, ModelFolder.GOLDEN)) {
            Files.setLastModifiedTime(folder.resolve(file), longAgo);
        }
        Trainer.train(plan(0.5), folder);
        for (String file : List.of(ModelFolder.MODEL, ModelFolder.CARD, ModelFolder.GOLDEN)) {
            assertThat(Files.getLastModifiedTime(folder.resolve(file))).as(file).isEqualTo(longAgo);
        }
    }

    @Test
    @DisplayName("refuses a model that is not good enough, says by how much, and writes nothing")
    void notGoodEnough() throws Exception {
        assertThatThrownBy(() -> Trainer.train(plan(1.0), folder.resolve("out")))
                .isInstanceOf(TrainingException.class)
                .hasMessageMatching(
                        "The model is not good enough: its ROC AUC on 300 held-out rows of rows.csv is 0\\.\\d+,"
                                + " and at least 1\\.0 is asked for\\. .*--min-auc\\.");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    @DisplayName("names the line of the data that is no row")
    void badLine() throws Exception {
        Path file = Files.writeString(folder.resolve("bad.csv"), "a,b,odd\n1,2,0\n1,x,0\n");

        assertThatThrownBy(() -> LabelledRows.read(file, List.of("a", "b"), "odd"))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ":3: must have 3 finite numbers, the label 0 or 1, found \"1,x,0\"");
        assertThatThrownBy(() -> LabelledRows.read(file, List.of("a", "c"), "odd"))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": has no column c, only [a, b, odd]");
    }

    private TrainingPlan plan(double minAuc) throws IOException {
        return new TrainingPlan("test", data(), "made up", List.of("a", "b"), "odd", 50, 64, 0.05, 0.3, minAuc, 11);
    }

    /** A cloud with a few rows spread over a wider square, some of which lie within the cloud. */
    private Path data() throws IOException {
        SplitMix random = new SplitMix(9);
        StringBuilder csv = new StringBuilder("a,odd,b\n");
        for (int i = 0; i < 1000; i++) {
            boolean odd = i % 20 == 0;
            int a = odd ? 35 + random.below(30) : 40 + random.below(10) + random.below(10);
            int b = odd ? 35 + random.below(30) : 40 + random.below(10) + random.below(10);
            csv.append(a).append(odd ? ",1," : ",0,").append(b / 3.0).append('\n');
        }
        return Files.writeString(folder.resolve("rows.csv"), csv);
    }
}
