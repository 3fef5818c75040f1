package dev.slipway.gke.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a Helm release is to be.
 *
 * @param release its name
 * @param namespace where it lives
 * @param chart its chart
 * @param valuesFiles in order, later ones win
 * @param values typed values on top of the files, as a tree of maps, lists, strings, numbers and booleans; never passed as
 *     {@code --set} text
 * @param description one line for {@code helm history}
 */
public record ReleasePlan(
        ReleaseName release,
        Namespace namespace,
        ChartSource chart,
        List<Path> valuesFiles,
        Map<String, Object> values,
        String description) {
    public ReleasePlan {
        valuesFiles = List.copyOf(valuesFiles);
        values = Map.copyOf(values);
    }
}
