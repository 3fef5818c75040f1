package dev.slipway.gke.step;

import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What objects can do beyond their namespace. Of Kubernetes' own kinds only those are let through that live in a namespace; kinds
 * that others define are left to the rights of whoever deploys. Pods are held to the standard {@code baseline} (Kubernetes, Pod
 * Security Standards).
 */
final class Powers {
    private static final Set<String> HARMLESS = Set.of(
            "/ConfigMap",
            "/Endpoints",
            "/LimitRange",
            "/PersistentVolumeClaim",
            "/Pod",
            "/PodTemplate",
            "/ReplicationController",
            "/ResourceQuota",
            "/Secret",
            "/Service",
            "/ServiceAccount",
            "apps/ControllerRevision",
            "apps/DaemonSet",
            "apps/Deployment",
            "apps/ReplicaSet",
            "apps/StatefulSet",
            "autoscaling/HorizontalPodAutoscaler",
            "batch/CronJob",
            "batch/Job",
            "coordination.k8s.io/Lease",
            "discovery.k8s.io/EndpointSlice",
            "events.k8s.io/Event",
            "networking.k8s.io/Ingress",
            "networking.k8s.io/NetworkPolicy",
            "policy/PodDisruptionBudget",
            "rbac.authorization.k8s.io/Role",
            "rbac.authorization.k8s.io/RoleBinding",
            "resource.k8s.io/ResourceClaim",
            "resource.k8s.io/ResourceClaimTemplate");

    /** Groups of Kubernetes itself; every other group is one that somebody has added to the cluster. */
    private static final Set<String> OWN_GROUPS = Set.of(
            "",
            "admissionregistration.k8s.io",
            "apiextensions.k8s.io",
            "apiregistration.k8s.io",
            "apps",
            "authentication.k8s.io",
            "authorization.k8s.io",
            "autoscaling",
            "batch",
            "certificates.k8s.io",
            "coordination.k8s.io",
            "discovery.k8s.io",
            "events.k8s.io",
            "extensions",
            "flowcontrol.apiserver.k8s.io",
            "internal.apiserver.k8s.io",
            "networking.k8s.io",
            "node.k8s.io",
            "policy",
            "rbac.authorization.k8s.io",
            "resource.k8s.io",
            "scheduling.k8s.io",
            "storage.k8s.io",
            "storagemigration.k8s.io");

    private static final Set<String> MIGHTY_VERBS = Set.of("*", "bind", "escalate", "impersonate");
    private static final Set<String> MIGHTY_ROLES = Set.of("admin", "cluster-admin");

    private static final Set<String> HARMLESS_CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    private final Namespace namespace;
    private final List<String> found = new ArrayList<>();

    private Powers(Namespace namespace) {
        this.namespace = namespace;
    }

    /** {@return what the objects can do beyond the namespace, a line each; empty if nothing} */
    static List<String> of(Manifest manifest, Namespace namespace) {
        Powers powers = new Powers(namespace);
        manifest.objects().forEach(powers::look);
        return powers.found;
    }

    private void look(KubeObject object) {
        String group = object.apiVersion().contains("/") ? object.apiVersion().replaceFirst("/.*", "") : "";
        object.namespace()
                .filter(other -> !other.isEmpty() && !other.equals(namespace.value()))
                .ifPresent(other -> found.add(object + " goes to namespace " + other));
        if (group.equals("apiextensions.k8s.io") && object.kind().equals("CustomResourceDefinition")) {
            // A new kind gives nobody power; a program that the API server asks about every object of it does.
            if (!at(object.body(), "spec", "conversion", "webhook").isEmpty()) {
                found.add(object + " has the API server call a webhook");
            }
            return;
        }
        if (OWN_GROUPS.contains(group) && !HARMLESS.contains(group + "/" + object.kind())) {
            found.add(object + " is for the whole cluster");
            return;
        }
        switch (object.kind()) {
            case "Role" -> rules(object);
            case "RoleBinding" -> {
                Map<String, Object> role = at(object.body(), "roleRef");
                if ("ClusterRole".equals(role.get("kind")) && MIGHTY_ROLES.contains(text(role.get("name")))) {
                    found.add(object + " binds the role " + role.get("name"));
                }
            }
            case "Pod" -> pod(object, at(object.body(), "spec"));
            case "PodTemplate" -> pod(object, at(object.body(), "template", "spec"));
            case "CronJob" -> pod(object, at(object.body(), "spec", "jobTemplate", "spec", "template", "spec"));
            default -> pod(object, at(object.body(), "spec", "template", "spec"));
        }
    }

    private void rules(KubeObject role) {
        for (Map<String, Object> rule : maps(role.body().get("rules"))) {
            List<String> verbs = texts(rule.get("verbs"));
            if (verbs.stream().anyMatch(MIGHTY_VERBS::contains)) {
                found.add(role + " may do anything, or make others mightier: verbs " + String.join(", ", verbs));
            }
        }
    }

    private void pod(KubeObject object, Map<String, Object> spec) {
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (Boolean.TRUE.equals(spec.get(host))) {
                found.add(object + " shares the node's " + host.substring("host".length()) + " (" + host + ")");
            }
        }
        for (Map<String, Object> volume : maps(spec.get("volumes"))) {
            Map<String, Object> path = at(volume, "hostPath");
            if (volume.containsKey("hostPath")) {
                found.add(object + " mounts " + text(path.get("path")) + " of the node (hostPath)");
            }
        }
        windows(object, at(spec, "securityContext"));
        for (String kind : List.of("initContainers", "containers", "ephemeralContainers")) {
            maps(spec.get(kind)).forEach(container -> container(object, container));
        }
    }

    private void container(KubeObject object, Map<String, Object> container) {
        Map<String, Object> context = at(container, "securityContext");
        String which = object + ", container " + text(container.get("name")) + ", ";
        if (Boolean.TRUE.equals(context.get("privileged"))) {
            found.add(which + "is privileged");
        }
        for (String capability : texts(at(context, "capabilities").get("add"))) {
            if (!HARMLESS_CAPABILITIES.contains(capability)) {
                found.add(which + "adds the capability " + capability);
            }
        }
        if ("Unmasked".equals(context.get("procMount"))) {
            found.add(which + "sees the node's /proc (procMount)");
        }
        for (Map<String, Object> port : maps(container.get("ports"))) {
            if (port.get("hostPort") instanceof Number number && number.intValue() != 0) {
                found.add(which + "takes port " + number + " of the node (hostPort)");
            }
        }
        windows(object, context);
    }

    private void windows(KubeObject object, Map<String, Object> context) {
        if (Boolean.TRUE.equals(at(context, "windowsOptions").get("hostProcess"))) {
            found.add(object + " runs as a process of the node (hostProcess)");
        }
    }

    @SuppressWarnings("unchecked") // YAML's maps have strings for keys
    private static Map<String, Object> at(Map<String, Object> tree, String... path) {
        Map<String, Object> current = tree;
        for (String key : path) {
            if (!(current.get(key) instanceof Map<?, ?> inner)) {
                return Map.of();
            }
            current = (Map<String, Object>) inner;
        }
        return current;
    }

    @SuppressWarnings("unchecked") // YAML's maps have strings for keys
    private static List<Map<String, Object>> maps(@Nullable Object list) {
        List<Map<String, Object>> maps = new ArrayList<>();
        if (list instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> map) {
                    maps.add((Map<String, Object>) map);
                }
            }
        }
        return maps;
    }

    private static List<String> texts(@Nullable Object list) {
        return list instanceof List<?> items
                ? items.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
