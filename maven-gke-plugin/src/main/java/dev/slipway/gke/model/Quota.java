package dev.slipway.gke.model;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * A ResourceQuota of a namespace.
 *
 * @param name its name
 * @param left how much of each resource may still be asked for, such as {@code requests.cpu} in cores or {@code requests.memory} in
 *     bytes; below zero if more is used than allowed
 */
public record Quota(String name, Map<String, BigDecimal> left) {
    public Quota {
        left = Map.copyOf(new TreeMap<>(left));
    }
}
