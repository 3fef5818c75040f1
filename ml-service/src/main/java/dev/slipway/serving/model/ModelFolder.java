package dev.slipway.serving.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model as it is handed from training to serving: {@code model.onnx}, {@code card.json} and {@code golden.json}, read and checked.
 */
public final class ModelFolder {
    /** The graph. */
    public static final String MODEL = "model.onnx";

    /** What the model is, see {@link ModelCard}. */
    public static final String CARD = "card.json";

    /** Answers it must give, see {@link Golden}. */
    public static final String GOLDEN = "golden.json";

    private static final int VERSION_DIGITS = 16;
    private static final int LEAST_VERSION_DIGITS = 12;

    private final byte[] onnx;
    private final ModelCard card;
    private final Golden golden;

    private ModelFolder(byte[] onnx, ModelCard card, Golden golden) {
        this.onnx = onnx;
        this.card = card;
        this.golden = golden;
    }

    /** Where the bytes of one of the three files come from. */
    private interface Source {
        byte[] read(String file) throws IOException;
    }

    /**
     * Reads a folder.
     *
     * @throws BadModelException with all that is wrong with it
     */
    public static ModelFolder read(Path folder) throws BadModelException {
        return read(String.valueOf(folder), file -> Files.readAllBytes(folder.resolve(file)));
    }

    /**
     * Reads the model that the build put into the jar.
     *
     * @throws BadModelException if there is none, or it is damaged
     */
    public static ModelFolder bundled() throws BadModelException {
        return read("the jar's model", file -> {
            try (InputStream in = ModelFolder.class.getResourceAsStream("/model/" + file)) {
                if (in == null) {
                    throw new NoSuchFileException(file);
                }
                return in.readAllBytes();
            }
        });
    }

    /** {@return the version that a card has to give to this graph: a hash of its content} */
    public static String versionOf(byte[] onnx) {
        return sha256(onnx).substring(0, VERSION_DIGITS);
    }

    /**
     * Writes a folder, creating it if need be. Files that already have this content are not touched.
     *
     * @param card what is to be in {@code card.json}, in this order
     */
    public static void write(Path folder, byte[] onnx, Map<String, Object> card, Golden golden) throws IOException {
        Map<String, Object> known = new LinkedHashMap<>();
        known.put("inputs", golden.rows().stream().map(Golden.Row::input).toList());
        known.put("scores", golden.rows().stream().map(Golden.Row::score).toList());
        known.put("labels", golden.rows().stream().map(Golden.Row::label).toList());
        Files.createDirectories(folder);
        write(folder.resolve(MODEL), onnx);
        write(folder.resolve(CARD), Json.write(card).getBytes(StandardCharsets.UTF_8));
        write(folder.resolve(GOLDEN), Json.write(known).getBytes(StandardCharsets.UTF_8));
    }

    /** Copies the three files of one folder, and no others, into another. Files that already have this content are not touched. */
    public static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String file : List.of(MODEL, CARD, GOLDEN)) {
            write(to.resolve(file), Files.readAllBytes(from.resolve(file)));
        }
    }

    /** {@return the bytes of {@code model.onnx}} */
    public byte[] onnx() {
        return onnx;
    }

    /** {@return what the model is} */
    public ModelCard card() {
        return card;
    }

    /** {@return the answers it must give} */
    public Golden golden() {
        return golden;
    }

    private static void write(Path file, byte[] content) throws IOException {
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
            Files.write(file, content);
        }
    }

    private static ModelFolder read(String where, Source source) throws BadModelException {
        List<String> faults = new ArrayList<>();
        byte[] onnx = bytes(source, MODEL, faults);
        byte[] cardBytes = bytes(source, CARD, faults);
        byte[] goldenBytes = bytes(source, GOLDEN, faults);
        if (!faults.isEmpty()) {
            throw new BadModelException(inFolder(where, faults));
        }
        ModelCard card = card(Json.read(CARD, cardBytes, faults), onnx, faults);
        Golden golden = golden(Json.read(GOLDEN, goldenBytes, faults), card.width(), faults);
        if (!faults.isEmpty()) {
            throw new BadModelException(inFolder(where, faults));
        }
        return new ModelFolder(onnx, card, golden);
    }

    private static List<String> inFolder(String where, List<String> faults) {
        return faults.stream().map(fault -> where + ": " + fault).toList();
    }

    private static byte[] bytes(Source source, String file, List<String> faults) {
        try {
            return source.read(file);
        } catch (NoSuchFileException e) {
            faults.add(file + " is not there");
        } catch (IOException | UncheckedIOException e) {
            faults.add(file + " cannot be read: " + e.getMessage());
        }
        return new byte[0];
    }

    private static ModelCard card(Json card, byte[] onnx, List<String> faults) {
        List<ModelCard.Feature> features = new ArrayList<>();
        for (Json feature : card.get("features").list()) {
            features.add(new ModelCard.Feature(
                    feature.get("name").text(),
                    feature.get("min").isThere() ? feature.get("min").single() : null,
                    feature.get("max").isThere() ? feature.get("max").single() : null));
        }
        if (features.isEmpty()) {
            card.get("features").fault("must name at least one feature");
        }
        String version = card.get("version").text();
        String hash = sha256(onnx);
        if (version.length() < LEAST_VERSION_DIGITS || !hash.startsWith(version)) {
            card.get("version")
                    .fault("must be the content hash of " + MODEL + ", " + hash.substring(0, VERSION_DIGITS));
        }
        Json graph = card.get("onnx");
        try {
            return new ModelCard(
                    card.get("name").text(),
                    version,
                    features,
                    graph.get("input").textOr("X"),
                    graph.get("score").textOr("scores"),
                    graph.get("label").textOr("label"));
        } catch (IllegalArgumentException e) {
            faults.add(e.getMessage());
            return new ModelCard("?", version, List.of(), "X", "scores", "label");
        }
    }

    private static Golden golden(Json golden, int width, List<String> faults) {
        List<Json> inputs = golden.get("inputs").list();
        List<Json> scores = golden.get("scores").list();
        List<Json> labels = golden.get("labels").list();
        if (inputs.size() != scores.size() || inputs.size() != labels.size() || inputs.isEmpty()) {
            faults.add(GOLDEN + ": must have as many scores and labels as inputs, and at least one, found "
                    + inputs.size() + " inputs, " + scores.size() + " scores and " + labels.size() + " labels");
        }
        List<Golden.Row> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(inputs.size(), Math.min(scores.size(), labels.size())); i++) {
            List<Float> values = inputs.get(i).list().stream().map(Json::single).toList();
            if (values.size() != width) {
                inputs.get(i).fault("must have " + width + " values, one for each feature");
            }
            rows.add(
                    new Golden.Row(values, scores.get(i).number(), labels.get(i).whole()));
        }
        return rows.isEmpty() ? new Golden(List.of(new Golden.Row(List.of(), 0, 1))) : new Golden(rows);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
