package dev.slipway.serving.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.slipway.serving.model.BadModelException;
import dev.slipway.serving.model.ModelCard;
import dev.slipway.serving.model.ModelFolder;
import dev.slipway.serving.model.Rows;
import dev.slipway.serving.model.Scorer;
import dev.slipway.serving.model.Scores;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scores rows by ONNX Runtime. One session serves all threads: the runtime's calls are re-entrant, and its own threads are switched off,
 * because with them one row takes longer than without.
 */
public final class OnnxScorer implements Scorer {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ModelCard card;
    private final Set<String> wanted;

    private OnnxScorer(OrtEnvironment environment, OrtSession session, ModelCard card) {
        this.environment = environment;
        this.session = session;
        this.card = card;
        this.wanted = Set.copyOf(List.of(card.scoreOutput(), card.labelOutput()));
    }

    /**
     * Loads the graph and compares it with its card.
     *
     * @throws BadModelException if it is no graph, or not the one that the card tells of
     */
    public static OnnxScorer load(ModelFolder model) throws BadModelException {
        Telemetry.off();
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "slipway");
        OrtSession session = open(environment, model);
        OnnxScorer scorer = new OnnxScorer(environment, session, model.card());
        try {
            scorer.check();
            return scorer;
        } catch (BadModelException e) {
            scorer.close();
            throw e;
        }
    }

    private static OrtSession open(OrtEnvironment environment, ModelFolder model) throws BadModelException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return environment.createSession(model.onnx(), options);
        } catch (OrtException e) {
            throw new BadModelException(ModelFolder.MODEL + ": ONNX Runtime cannot load it: " + e.getMessage(), e);
        }
    }

    private void check() throws BadModelException {
        List<String> faults = new ArrayList<>();
        try {
            Map<String, NodeInfo> inputs = session.getInputInfo();
            Map<String, NodeInfo> outputs = session.getOutputInfo();
            TensorInfo input = tensor(inputs, card.input());
            if (inputs.size() != 1 || input == null || input.type != OnnxJavaType.FLOAT) {
                faults.add(ModelFolder.MODEL + ": must have one input, " + card.input() + ", of floats, has "
                        + inputs.values());
            } else if (input.getShape().length != 2
                    || (input.getShape()[1] > 0 && input.getShape()[1] != card.width())) {
                faults.add(ModelFolder.MODEL + ": input " + card.input() + " must be [N, " + card.width()
                        + "], as the card has so many features, is " + input);
            }
            expect(outputs, card.scoreOutput(), OnnxJavaType.FLOAT, "floats", faults);
            expect(outputs, card.labelOutput(), OnnxJavaType.INT64, "64-bit integers", faults);
        } catch (OrtException e) {
            throw new BadModelException(ModelFolder.MODEL + ": ONNX Runtime cannot describe it: " + e.getMessage(), e);
        }
        if (!faults.isEmpty()) {
            throw new BadModelException(faults);
        }
    }

    private static void expect(
            Map<String, NodeInfo> outputs, String name, OnnxJavaType type, String inWords, List<String> faults) {
        TensorInfo output = tensor(outputs, name);
        if (output == null || output.type != type) {
            faults.add(ModelFolder.MODEL + ": must have an output " + name + " of " + inWords + ", has "
                    + outputs.values());
        }
    }

    private static @Nullable TensorInfo tensor(Map<String, NodeInfo> nodes, String name) {
        NodeInfo node = nodes.get(name);
        return node != null && node.getInfo() instanceof TensorInfo tensor ? tensor : null;
    }

    @Override
    public Scores score(Rows rows) {
        float[] scores = new float[rows.count()];
        long[] labels = new long[rows.count()];
        if (rows.count() == 0) {
            return new Scores(scores, labels);
        }
        long[] shape = {rows.count(), rows.width()};
        FloatBuffer values = FloatBuffer.wrap(rows.values(), 0, rows.count() * rows.width());
        try (OnnxTensor input = OnnxTensor.createTensor(environment, values, shape);
                OrtSession.Result result = session.run(Map.of(card.input(), input), wanted)) {
            FloatBuffer scored = ((OnnxTensor) result.get(card.scoreOutput()).orElseThrow()).getFloatBuffer();
            LongBuffer labelled = ((OnnxTensor) result.get(card.labelOutput()).orElseThrow()).getLongBuffer();
            if (scored.remaining() != rows.count() || labelled.remaining() != rows.count()) {
                throw new IllegalStateException(rows.count() + " rows gave " + scored.remaining() + " scores and "
                        + labelled.remaining() + " labels");
            }
            scored.get(scores);
            labelled.get(labels);
            return new Scores(scores, labels);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed on " + rows.count() + " rows", e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the ONNX session could not be closed", e);
        }
    }
}
