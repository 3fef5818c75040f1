package dev.slipway.gke.diff;

import dev.slipway.gke.diff.Differences.Difference;
import dev.slipway.gke.model.FieldChange;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ObjectChange;
import dev.slipway.gke.model.TryOut;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what was released last, what runs, and what is asked for.
 *
 * <p>Both sides of every comparison come from the API server, the one live, the other from its dry run: so quantities are written
 * alike, defaults are filled in, and what admission adds is there on both.
 */
public final class Comparison {
    private final Namespace namespace;
    private final Veil veil;
    private final Manifest current;
    private final List<TryOut> released;

    /** Differences by object, those that nobody is to blame for among them: the release puts them right all the same. */
    private final Map<String, List<Difference>> drifted = new LinkedHashMap<>();

    private final List<ObjectChange> drift = new ArrayList<>();

    /**
     * Looks for drift.
     *
     * @param namespace of the release
     * @param veil hides secrets
     * @param current what was released last; empty if nothing was
     * @param released what releasing just that again would do, object by object
     */
    public Comparison(Namespace namespace, Veil veil, Manifest current, List<TryOut> released) {
        this.namespace = namespace;
        this.veil = veil;
        this.current = current;
        this.released = List.copyOf(released);
        this.released.forEach(this::look);
    }

    /** {@return what somebody changed by hand since the last release: from what was released to what is} */
    public List<ObjectChange> drift() {
        return List.copyOf(drift);
    }

    /** {@return what releasing this would change, drift not counted} */
    public List<ObjectChange> changes(Manifest next, List<TryOut> tries) {
        Map<String, KubeObject> before = byKey(current);
        List<ObjectChange> changes = new ArrayList<>();
        for (TryOut tried : tries) {
            change(tried, Optional.ofNullable(before.get(key(tried.object())))).ifPresent(changes::add);
        }
        removed(next)
                .forEach(object ->
                        changes.add(new ObjectChange(ObjectChange.Type.REMOVE, object.toString(), List.of())));
        return changes;
    }

    /** {@return the objects that run and that a release of {@code next} takes away} */
    public List<KubeObject> removed(Manifest next) {
        Set<String> after = byKey(next).keySet();
        return released.stream()
                .filter(tried -> tried.live().isPresent() && !after.contains(key(tried.object())))
                .map(TryOut::object)
                .filter(object -> !kept(object))
                .toList();
    }

    /** {@return the live object of a released one, if it is there} */
    public Optional<Map<String, Object>> live(KubeObject object) {
        return released.stream()
                .filter(tried -> key(tried.object()).equals(key(object)))
                .findFirst()
                .flatMap(TryOut::live);
    }

    /** {@return which of the values differ, secrets hidden} */
    public static List<FieldChange> values(Map<String, Object> before, Map<String, Object> after, Veil veil) {
        return Differences.between("", before, after).stream()
                .map(difference -> Differences.shown("", difference, veil))
                .toList();
    }

    private void look(TryOut tried) {
        KubeObject object = tried.object();
        if (tried.live().isEmpty()) {
            if (!passesAway(object)) {
                drift.add(new ObjectChange(ObjectChange.Type.REMOVE, object.toString(), List.of()));
            }
            return;
        }
        Map<String, Object> live = tried.live().get();
        tried.result().ifPresent(result -> {
            Owners owners = Owners.of(live);
            List<Difference> differences = Differences.between(object.kind(), result, live);
            drifted.put(key(object), differences);
            List<FieldChange> fields = new ArrayList<>();
            Set<String> hands = new LinkedHashSet<>();
            for (Difference difference : differences) {
                Set<String> theirs = owners.hands(difference.place());
                // What Helm or a controller set is theirs: an autoscaler's replicas, what admission made of a field.
                if (!theirs.isEmpty() || owners.of(difference.place()).isEmpty()) {
                    fields.add(Differences.shown(object.kind(), difference, veil));
                    hands.addAll(theirs);
                }
            }
            if (!fields.isEmpty()) {
                drift.add(new ObjectChange(
                        ObjectChange.Type.CHANGE,
                        object.toString(),
                        fields,
                        hands.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", hands))));
            }
        });
    }

    private Optional<ObjectChange> change(TryOut tried, Optional<KubeObject> before) {
        KubeObject object = tried.object();
        if (tried.live().isEmpty() && before.isEmpty()) {
            return Optional.of(new ObjectChange(ObjectChange.Type.ADD, object.toString(), List.of()));
        }
        Optional<Map<String, Object>> result = tried.result();
        List<Difference> differences;
        if (tried.live().isPresent() && result.isPresent()) {
            List<Difference> byHand = drifted.getOrDefault(key(object), List.of());
            differences = Differences.between(object.kind(), tried.live().get(), result.get()).stream()
                    .filter(difference -> byHand.stream().noneMatch(other -> undoes(difference, other)))
                    .toList();
        } else {
            // The server did not say what would come of it: what the manifests say has to do.
            differences = Differences.between(
                    object.kind(), before.map(KubeObject::body).orElse(Map.of()), object.body());
        }
        if (differences.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ObjectChange(
                ObjectChange.Type.CHANGE,
                object.toString(),
                differences.stream()
                        .map(difference -> Differences.shown(object.kind(), difference, veil))
                        .toList()));
    }

    private static boolean undoes(Difference change, Difference drift) {
        return change.place().toString().equals(drift.place().toString())
                && Trees.same(change.before(), drift.after())
                && Trees.same(change.after(), drift.before());
    }

    private Map<String, KubeObject> byKey(Manifest manifest) {
        Map<String, KubeObject> objects = new LinkedHashMap<>();
        manifest.objects().forEach(object -> objects.put(key(object), object));
        return objects;
    }

    /** What makes it the same object for Helm, whatever version of its kind it is written in. */
    private String key(KubeObject object) {
        String group = object.apiVersion().contains("/") ? object.apiVersion().split("/", 2)[0] : "";
        return group + "/" + object.kind() + "/" + object.namespace().orElse(namespace.value()) + "/" + object.name();
    }

    private static boolean kept(KubeObject object) {
        return Trees.text(object.body(), "metadata", "annotations", "helm.sh/resource-policy")
                .equals("keep");
    }

    /** A Job that goes by itself when it is done is not missed. */
    private static boolean passesAway(KubeObject object) {
        return object.kind().equals("Job") && Trees.at(object.body(), "spec", "ttlSecondsAfterFinished") != null;
    }
}
