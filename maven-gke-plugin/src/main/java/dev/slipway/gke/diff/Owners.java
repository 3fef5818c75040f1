package dev.slipway.gke.diff;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who set which field of a live object last, as Kubernetes notes it ({@code metadata.managedFields}).
 *
 * <p>Helm is whoever set Helm's own annotation, whatever name it goes by. Controllers go by names of a common shape; what they
 * set was not changed by hand, and would be set again.
 */
final class Owners {
    private static final Pattern CONTROLLER = Pattern.compile(
            "(?i)manager|kube-(controller-manager|scheduler|apiserver)|kubelet|cloud-controller-manager|.*-controllers?(-manager)?"
                    + "|.*-operator|.*cainjector.*|.*autoscaler.*|vpa-.*|.*-(updater|recommender|injector|webhook)");

    private final List<Entry> entries;

    private record Entry(String manager, Map<String, Object> fields) {}

    private Owners(List<Entry> entries) {
        this.entries = entries;
    }

    static Owners of(Map<String, Object> live) {
        List<Entry> entries = new ArrayList<>();
        for (Object entry : Trees.list(Trees.at(live, "metadata", "managedFields"))) {
            entries.add(new Entry(Trees.text(entry, "manager"), Trees.map(Trees.at(entry, "fieldsV1"))));
        }
        return new Owners(entries);
    }

    /** {@return who set the field, in the order of their names' appearance; empty if nobody is noted} */
    Set<String> of(Place place) {
        Set<String> owners = new LinkedHashSet<>();
        entries.stream().filter(entry -> owns(entry.fields(), place)).forEach(entry -> owners.add(entry.manager()));
        return owners;
    }

    /** {@return the people, or the tools in their hands, who set the field; neither Helm nor a controller} */
    Set<String> hands(Place place) {
        Set<String> hands = of(place);
        hands.removeAll(helm());
        hands.removeIf(manager -> CONTROLLER.matcher(manager).matches());
        return hands;
    }

    private Set<String> helm() {
        return of(Place.ROOT.field("metadata").field("annotations").field("meta.helm.sh/release-name"));
    }

    private static boolean owns(Map<String, Object> fields, Place place) {
        Map<String, Object> here = fields;
        int depth = 0;
        for (Place.Part part : place.parts()) {
            if (here.isEmpty()) {
                // Whoever owns a list or a map that cannot be shared owns all of it.
                return depth > 0;
            }
            depth++;
            Object next =
                    part instanceof Place.Field field ? here.get("f:" + field.name()) : item(here, (Place.Item) part);
            if (next == null) {
                return false;
            }
            here = Trees.map(next);
        }
        return !place.parts().isEmpty();
    }

    private static @Nullable Object item(Map<String, Object> here, Place.Item item) {
        String value = item.value() instanceof String text ? '"' + text + '"' : String.valueOf(item.value());
        String pair = '"' + item.key() + "\":" + value;
        return here.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("k:{")
                        && (entry.getKey().contains(pair + ",")
                                || entry.getKey().contains(pair + "}")))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}
