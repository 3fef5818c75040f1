package dev.slipway.gke.step;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeKind;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.Right;
import dev.slipway.gke.port.ClusterAccess;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * What an account has to be allowed to do in a cluster so that a release can be deployed, watched, rolled back and taken away: no
 * more, and no less. {@code docs/deployer-role.yaml} is this list for the chart of this repository.
 */
public final class ReleaseRights {
    /** To make, change and take away an object of the chart; Helm patches, it does not replace. */
    private static final List<String> KEEP = List.of("get", "create", "patch", "delete");

    /** To run a hook, and see how it ends. */
    private static final List<String> RUN = List.of("get", "list", "watch", "create", "patch", "delete");

    private record Rule(String group, String resource, List<String> verbs) {}

    /** What every release needs in its namespace, whatever its chart. */
    private static final List<Rule> ALWAYS = List.of(
            new Rule("", "namespaces", List.of("get")),
            // Helm keeps its releases in Secrets.
            new Rule("", "secrets", List.of("get", "list", "create", "update", "delete")),
            // The lock, and what is noted of the revisions.
            new Rule("coordination.k8s.io", "leases", List.of("get", "create", "update", "delete")),
            // Why a rollout does not come to an end.
            new Rule("apps", "replicasets", List.of("get", "list")),
            new Rule("", "pods", List.of("get", "list")),
            new Rule("", "pods/log", List.of("get")),
            new Rule("", "events", List.of("list")),
            // Asking a service that has no address from outside.
            new Rule("", "services/proxy", List.of("get", "create")));

    private ReleaseRights() {}

    /**
     * {@return what this rendering needs; kinds that the cluster does not know are left out}
     *
     * @param exists whether the namespace is there already
     */
    public static List<Right> of(
            ClusterAccess access, Connection connection, Namespace namespace, boolean exists, Rendering rendering) {
        return of((apiVersion, kind) -> access.kind(connection, apiVersion, kind), namespace, exists, rendering);
    }

    static List<Right> of(
            BiFunction<String, String, Optional<KubeKind>> kinds,
            Namespace namespace,
            boolean exists,
            Rendering rendering) {
        Set<Right> rights = new LinkedHashSet<>();
        if (!exists) {
            rights.add(new Right(Optional.empty(), "", "namespaces", "create"));
        }
        for (Rule rule : ALWAYS) {
            add(rights, Optional.of(namespace), rule.group(), rule.resource(), rule.verbs());
        }
        add(rights, kinds, namespace, rendering.manifest(), KEEP);
        add(rights, kinds, namespace, rendering.hooks(), RUN);
        return new ArrayList<>(rights);
    }

    private static void add(
            Set<Right> rights,
            BiFunction<String, String, Optional<KubeKind>> kinds,
            Namespace namespace,
            Manifest manifest,
            List<String> verbs) {
        for (KubeObject object : manifest.objects()) {
            kinds.apply(object.apiVersion(), object.kind()).ifPresent(kind -> {
                Optional<Namespace> home = kind.namespaced()
                        ? Optional.of(object.namespace().map(Namespace::new).orElse(namespace))
                        : Optional.empty();
                add(rights, home, kind.group(), kind.resource(), verbs);
            });
        }
    }

    private static void add(
            Set<Right> rights, Optional<Namespace> namespace, String group, String resource, List<String> verbs) {
        verbs.forEach(verb -> rights.add(new Right(namespace, group, resource, verb)));
    }
}
