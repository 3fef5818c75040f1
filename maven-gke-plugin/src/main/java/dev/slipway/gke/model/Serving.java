package dev.slipway.gke.model;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the pods that are ready really run.
 *
 * @param pods how many ready pods there are of each revision; 0 stands for none of those that are known
 */
public record Serving(Map<Integer, Integer> pods) {
    public Serving {
        pods = Map.copyOf(pods);
    }

    /** {@return the revisions that have ready pods, the newest first} */
    public List<Integer> revisions() {
        return new TreeMap<>(pods).descendingMap().keySet().stream().toList();
    }

    /** {@return a sentence without its full stop, such as {@code revision 7 serves now, with 3 ready pods}} */
    @Override
    public String toString() {
        if (pods.isEmpty()) {
            return "nothing serves now: no pod is ready";
        }
        return new TreeMap<>(pods)
                        .descendingMap().entrySet().stream()
                                .map(entry -> (entry.getKey() == 0 ? "something else" : "revision " + entry.getKey())
                                        + " with " + entry.getValue() + " ready pod"
                                        + (entry.getValue() == 1 ? "" : "s"))
                                .collect(joining(" and "))
                + " serves now";
    }
}
