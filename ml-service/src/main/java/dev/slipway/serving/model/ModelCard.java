package dev.slipway.serving.model;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the server has to know of a model, from {@code card.json}. The file may say more, for people.
 *
 * @param name of the model
 * @param version the first digits of the SHA-256 of {@code model.onnx}
 * @param features in the order in which requests give them, at least one
 * @param input the name of the graph's input
 * @param scoreOutput the name of the graph's output that is negative for an outlier
 * @param labelOutput the name of the graph's output that is -1 for an outlier and 1 for an inlier
 */
public record ModelCard(
        String name, String version, List<Feature> features, String input, String scoreOutput, String labelOutput) {

    /**
     * One value of a row.
     *
     * @param min the least value in training, if known
     * @param max the greatest value in training, if known
     */
    public record Feature(
            String name, @Nullable Float min, @Nullable Float max) {
        /** {@return whether training has seen values at least this small and this large} */
        public boolean covers(float value) {
            return (min == null || value >= min) && (max == null || value <= max);
        }

        /** {@return the feature as {@code card.json} has it} */
        public Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("name", name);
            if (min != null) {
                map.put("min", min);
            }
            if (max != null) {
                map.put("max", max);
            }
            return map;
        }
    }

    /** Copies the features. */
    public ModelCard {
        features = List.copyOf(features);
        Set<String> names = new HashSet<>();
        for (Feature feature : features) {
            if (!names.add(feature.name())) {
                throw new IllegalArgumentException("card.json: features: " + feature.name() + " is there twice");
            }
        }
    }

    /** {@return how many values a row has} */
    public int width() {
        return features.size();
    }
}
