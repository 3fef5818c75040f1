package dev.slipway.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Rows with their features and whether they are known to be outliers, read from a CSV with a header, plain or gzipped.
 *
 * @param sha256 of the file as it lies on the disk
 */
record LabelledRows(List<String> names, List<float[]> rows, List<Boolean> outliers, String sha256) {

    /**
     * Reads the named columns.
     *
     * @param label the column that says 1 for an outlier and 0 for an inlier
     * @throws IOException if the file cannot be read, or a line is not what the header promises; the message names the line
     */
    static LabelledRows read(Path file, List<String> features, String label) throws IOException {
        MessageDigest digest = Digests.sha256();
        List<float[]> rows = new ArrayList<>();
        List<Boolean> outliers = new ArrayList<>();
        try (InputStream raw = new DigestInputStream(Files.newInputStream(file), digest);
                BufferedReader lines = new BufferedReader(new InputStreamReader(
                        file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw, StandardCharsets.UTF_8))) {
            String header = lines.readLine();
            List<String> columns = header == null ? List.of() : Arrays.asList(header.split(",", -1));
            int[] wanted = features.stream()
                    .mapToInt(name -> column(file, columns, name))
                    .toArray();
            int labelled = column(file, columns, label);
            int number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String[] cells = line.split(",", -1);
                try {
                    rows.add(floats(cells, wanted));
                    outliers.add(bit(cells[labelled]));
                } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                    throw new IOException(
                            file + ":" + number + ": must have " + columns.size()
                                    + " finite numbers, the label 0 or 1, found \"" + line + "\"",
                            e);
                }
            }
            raw.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        return new LabelledRows(
                features,
                List.copyOf(rows),
                List.copyOf(outliers),
                HexFormat.of().formatHex(digest.digest()));
    }

    float[][] rows(int[] which) {
        return Arrays.stream(which).mapToObj(rows::get).toArray(float[][]::new);
    }

    boolean[] outliers(int[] which) {
        boolean[] chosen = new boolean[which.length];
        for (int i = 0; i < which.length; i++) {
            chosen[i] = outliers.get(which[i]);
        }
        return chosen;
    }

    private static int column(Path file, List<String> columns, String name) {
        int index = columns.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException(file + ": has no column " + name + ", only " + columns);
        }
        return index;
    }

    private static float[] floats(String[] cells, int[] wanted) {
        float[] row = new float[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            // By way of a double, as numpy reads it.
            row[i] = (float) Double.parseDouble(cells[wanted[i]]);
            if (!Float.isFinite(row[i])) {
                throw new NumberFormatException("not finite");
            }
        }
        return row;
    }

    private static boolean bit(String cell) {
        return switch (cell) {
            case "0" -> false;
            case "1" -> true;
            default -> throw new NumberFormatException("not a label: " + cell);
        };
    }
}
