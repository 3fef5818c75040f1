package dev.slipway.train;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Writes a forest as ONNX: one TreeEnsembleRegressor whose leaves weigh depth + c(n), and a handful of nodes that turn their sum into
 * scores. What skl2onnx makes of the same forest has some 20 nodes per tree and scores one row about a hundred times slower.
 *
 * <pre>
 * X FLOAT[N,width] -> TreeEnsembleRegressor -> Mul -> Pow(2, .) -> Neg -> score_samples FLOAT[N,1]
 *                                    score_samples -> Sub(offset) -> scores FLOAT[N,1] -> Less(0) -> Where(-1, 1) -> label INT64[N,1]
 * </pre>
 *
 * <p>{@code label} and {@code scores} are what skl2onnx calls the label and the decision function. The protobuf classes of ONNX come
 * with {@code tribuo-util-onnx}: generating them here would bring a platform's {@code protoc} into the build, and writing the bytes
 * by hand would bring an encoder to look after.
 */
final class OnnxForest {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;
    private static final int ML_OPSET = 3;

    private OnnxForest() {}

    /** {@return the model's bytes; the same forest gives the same bytes} */
    static byte[] write(IsolationForest forest, int width) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("isolation-forest");
        graph.addInput(value("X", TensorProto.DataType.FLOAT, width));
        graph.addOutput(value("label", TensorProto.DataType.INT64, 1));
        graph.addOutput(value("scores", TensorProto.DataType.FLOAT, 1));
        graph.addOutput(value("score_samples", TensorProto.DataType.FLOAT, 1));
        graph.addInitializer(real("exponent_per_path", (float) (-1 / forest.normaliser())));
        graph.addInitializer(real("two", 2));
        graph.addInitializer(real("offset", (float) forest.offset()));
        graph.addInitializer(real("zero", 0));
        graph.addInitializer(whole("outlier", -1));
        graph.addInitializer(whole("inlier", 1));
        graph.addNode(trees(forest));
        graph.addNode(node("Mul", "exponent", "path_lengths", "exponent_per_path"));
        graph.addNode(node("Pow", "isolation", "two", "exponent"));
        graph.addNode(node("Neg", "score_samples", "isolation"));
        graph.addNode(node("Sub", "scores", "score_samples", "offset"));
        graph.addNode(node("Less", "is_outlier", "scores", "zero"));
        graph.addNode(node("Where", "label", "is_outlier", "outlier", "inlier"));
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("slipway")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(ML_OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    /**
     * The greatest float that is not above the threshold. A 32-bit float is at most the one exactly when it is at most the other, so
     * rows go the way they went in training; rounding to the nearest float would send some of them the other way.
     */
    static float roundDown(double threshold) {
        float nearest = (float) threshold;
        return nearest > threshold ? Math.nextDown(nearest) : nearest;
    }

    private static NodeProto trees(IsolationForest forest) {
        AttributeProto.Builder nodeTrees = ints("nodes_treeids");
        AttributeProto.Builder nodeIds = ints("nodes_nodeids");
        AttributeProto.Builder features = ints("nodes_featureids");
        AttributeProto.Builder thresholds = floats("nodes_values");
        AttributeProto.Builder modes = attribute("nodes_modes", AttributeProto.AttributeType.STRINGS);
        AttributeProto.Builder trueNodes = ints("nodes_truenodeids");
        AttributeProto.Builder falseNodes = ints("nodes_falsenodeids");
        AttributeProto.Builder targetTrees = ints("target_treeids");
        AttributeProto.Builder targetNodes = ints("target_nodeids");
        AttributeProto.Builder targets = ints("target_ids");
        AttributeProto.Builder weights = floats("target_weights");
        ByteString leaf = bytes("LEAF");
        ByteString branch = bytes("BRANCH_LEQ");
        for (int t = 0; t < forest.trees().size(); t++) {
            Tree tree = forest.trees().get(t);
            for (int n = 0; n < tree.size(); n++) {
                nodeTrees.addInts(t);
                nodeIds.addInts(n);
                if (tree.isLeaf(n)) {
                    modes.addStrings(leaf);
                    features.addInts(0);
                    thresholds.addFloats(0);
                    trueNodes.addInts(0);
                    falseNodes.addInts(0);
                    targetTrees.addInts(t);
                    targetNodes.addInts(n);
                    targets.addInts(0);
                    weights.addFloats((float) tree.pathLength(n));
                } else {
                    modes.addStrings(branch);
                    features.addInts(tree.feature(n));
                    thresholds.addFloats(roundDown(tree.threshold(n)));
                    trueNodes.addInts(tree.left(n));
                    falseNodes.addInts(tree.right(n));
                }
            }
        }
        NodeProto.Builder node = node("TreeEnsembleRegressor", "path_lengths", "X").toBuilder()
                .setDomain("ai.onnx.ml")
                .addAttribute(attribute("aggregate_function", AttributeProto.AttributeType.STRING)
                        .setS(bytes("SUM")))
                .addAttribute(
                        attribute("n_targets", AttributeProto.AttributeType.INT).setI(1))
                .addAttribute(attribute("post_transform", AttributeProto.AttributeType.STRING)
                        .setS(bytes("NONE")));
        Consumer<AttributeProto.Builder> add = node::addAttribute;
        add.accept(nodeTrees);
        add.accept(nodeIds);
        add.accept(features);
        add.accept(thresholds);
        add.accept(modes);
        add.accept(trueNodes);
        add.accept(falseNodes);
        add.accept(targetTrees);
        add.accept(targetNodes);
        add.accept(targets);
        add.accept(weights);
        return node.build();
    }

    private static NodeProto node(String operator, String output, String... inputs) {
        NodeProto.Builder node =
                NodeProto.newBuilder().setOpType(operator).setName(output).addOutput(output);
        for (String input : inputs) {
            node.addInput(input);
        }
        return node.build();
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, int columns) {
        TensorShapeProto shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(columns))
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }

    private static TensorProto real(String name, float value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addFloatData(value)
                .build();
    }

    private static TensorProto whole(String name, long value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addInt64Data(value)
                .build();
    }

    private static AttributeProto.Builder ints(String name) {
        return attribute(name, AttributeProto.AttributeType.INTS);
    }

    private static AttributeProto.Builder floats(String name) {
        return attribute(name, AttributeProto.AttributeType.FLOATS);
    }

    private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    private static ByteString bytes(String ascii) {
        return ByteString.copyFrom(ascii, StandardCharsets.US_ASCII);
    }
}
