package dev.slipway.gke.step;

import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Quota;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.Right;
import dev.slipway.gke.model.Role;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The part of an examination that asks the cluster itself: its server, the namespace, kinds, rights and quota of a release. */
final class LookAtCluster {
    private final Examine.Ports ports;
    private final Examine.Subject subject;
    private final ReleasePlan plan;
    private final CompareClocks clocks;
    private final Findings findings;

    LookAtCluster(Examine.Ports ports, Examine.Subject subject, CompareClocks clocks, Findings findings) {
        this.ports = ports;
        this.subject = subject;
        this.plan = subject.plan();
        this.clocks = clocks;
        this.findings = findings;
    }

    /** {@return the way to the cluster of a kubeconfig, if there is one} */
    Optional<Connection> reach(Examine.Context context) {
        return findings.tried("cluster", () -> {
            Connection open = ports.door().open(context.kubeconfig(), context.name());
            findings.ok("cluster", open.cluster() + " at " + open.server() + ", by " + context.kubeconfig());
            return open;
        });
    }

    /** Who the server is, and whom it knows us as. */
    void server(Connection connection) {
        findings.look("api server", () -> {
            findings.ok(
                    "api server",
                    "Kubernetes " + ports.access().version(connection)
                            + ports.access()
                                    .user(connection)
                                    .map(" knows us as "::concat)
                                    .orElse(""));
        });
        findings.look(
                "clock", () -> clocks.with("the API server", ports.access().time(connection)));
    }

    /** {@return whether the namespace is there, if that could be seen} */
    Optional<Boolean> namespace(Connection connection) {
        Namespace namespace = plan.namespace();
        return findings.tried("namespace", () -> {
            boolean exists = ports.workloads().exists(connection, namespace);
            if (exists && ports.access().ending(connection, namespace)) {
                findings.problem(
                        "namespace",
                        namespace + " is being deleted",
                        "Wait until it is gone: kubectl wait --for=delete namespace/" + namespace);
            } else if (exists) {
                findings.ok("namespace", namespace + " is there");
            } else if (subject.createNamespace()) {
                findings.ok("namespace", namespace + " is not there and will be made");
            } else {
                findings.problem(
                        "namespace",
                        "There is no namespace " + namespace,
                        "Create it, or allow it to be created with -Dgke.createNamespace=true");
            }
            return exists;
        });
    }

    void kinds(Connection connection, Rendering rendering) {
        findings.look("kinds", () -> {
            Set<String> unknown = new LinkedHashSet<>();
            for (Manifest manifest : List.of(rendering.manifest(), rendering.hooks())) {
                for (KubeObject object : manifest.objects()) {
                    if (ports.access()
                            .kind(connection, object.apiVersion(), object.kind())
                            .isEmpty()) {
                        unknown.add(object.apiVersion() + " " + object.kind());
                    }
                }
            }
            if (unknown.isEmpty()) {
                findings.ok("kinds", "the cluster knows all kinds of " + rendering.chart());
            } else {
                findings.problem(
                        "kinds",
                        "The cluster does not know: " + String.join(", ", unknown),
                        "Install their CustomResourceDefinitions, or bring the chart up to the cluster's version");
            }
        });
    }

    /** {@return the role that the release needs, whether we have it or not, if that could be seen} */
    Optional<Role> rights(Connection connection, boolean exists, Rendering rendering) {
        Optional<Needed> found = findings.tried(
                "rights",
                () -> new Needed(
                        ReleaseRights.of(ports.access(), connection, plan.namespace(), exists, rendering),
                        ports.access().user(connection).orElse("USER")));
        found.ifPresent(needed -> findings.look("rights", () -> {
            List<Right> lacking = ports.access().lacking(connection, needed.rights());
            if (lacking.isEmpty()) {
                findings.ok("rights", "all " + needed.rights().size() + " that the release needs");
            } else {
                findings.problem(
                        "rights",
                        needed.user() + " lacks " + CheckRights.count(lacking) + ":\n    - "
                                + String.join("\n    - ", CheckRights.lines(lacking)),
                        "Let somebody with the power to do so apply the role that is written to target/gke/role.yaml:"
                                + " kubectl apply -f target/gke/role.yaml");
            }
        }));
        return found.map(needed -> CheckRights.role(plan.release(), needed.user(), needed.rights()));
    }

    private record Needed(List<Right> rights, String user) {}

    void quota(Connection connection, Manifest manifest) {
        findings.look("quota", () -> {
            List<Quota> quotas = ports.access().quotas(connection, plan.namespace());
            boolean fresh = ports.history()
                    .revisions(connection, plan.namespace(), plan.release())
                    .isEmpty();
            List<String> beyond = AskedOfQuota.beyond(quotas, manifest, fresh);
            if (beyond.isEmpty()) {
                findings.ok("quota", quotas.isEmpty() ? "none that can be seen" : "enough is left");
            } else {
                findings.problem(
                        "quota",
                        "The namespace's quota is not enough:\n    - " + String.join("\n    - ", beyond),
                        "Raise the ResourceQuota, or ask for less in the values (replicas, resources)");
            }
        });
    }
}
