package dev.slipway.gke.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Rights as a role that somebody with power can give: a Role and a RoleBinding for each namespace, a ClusterRole and a
 * ClusterRoleBinding for what belongs to the whole cluster.
 *
 * @param name what the role is called
 * @param user who gets it, as the API server calls him: an e-mail address, or {@code system:serviceaccount:NAMESPACE:NAME}
 * @param rights what he may do then
 */
public record Role(String name, String user, List<Right> rights) {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    /** As people write them. */
    private static final List<String> VERBS = List.of("get", "list", "watch", "create", "update", "patch", "delete");

    public Role {
        rights = List.copyOf(rights);
    }

    /** {@return the YAML to give to {@code kubectl apply -f}} */
    public String yaml() {
        Map<String, List<Right>> places = new TreeMap<>();
        for (Right right : rights) {
            places.computeIfAbsent(right.namespace().map(Namespace::value).orElse(""), place -> new ArrayList<>())
                    .add(right);
        }
        return places.entrySet().stream()
                .map(place -> document(
                        Optional.of(place.getKey()).filter(namespace -> !namespace.isEmpty()), place.getValue()))
                .collect(Collectors.joining("---\n"));
    }

    private String document(Optional<String> namespace, List<Right> here) {
        String prefix = namespace.isPresent() ? "" : "Cluster";
        StringBuilder yaml = new StringBuilder();
        head(yaml, prefix + "Role", namespace);
        yaml.append("rules:\n");
        rules(here)
                .forEach((where, verbs) -> yaml.append("  - apiGroups: [")
                        .append(where.group().isEmpty() ? "\"\"" : where.group())
                        .append("]\n    resources: [")
                        .append(String.join(", ", where.resources()))
                        .append("]\n    verbs: [")
                        .append(String.join(", ", verbs))
                        .append("]\n"));
        yaml.append("---\n");
        head(yaml, prefix + "RoleBinding", namespace);
        yaml.append("roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ")
                .append(prefix)
                .append("Role\n  name: ")
                .append(name)
                .append("\nsubjects:\n");
        if (user.startsWith(SERVICE_ACCOUNT)) {
            String[] parts = user.substring(SERVICE_ACCOUNT.length()).split(":", 2);
            yaml.append("  - kind: ServiceAccount\n    namespace: ")
                    .append(parts[0])
                    .append("\n    name: ")
                    .append(parts.length > 1 ? parts[1] : "")
                    .append('\n');
        } else {
            yaml.append("  - apiGroup: rbac.authorization.k8s.io\n    kind: User\n    name: \"")
                    .append(user.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append("\"\n");
        }
        return yaml.toString();
    }

    private void head(StringBuilder yaml, String kind, Optional<String> namespace) {
        yaml.append("apiVersion: rbac.authorization.k8s.io/v1\nkind: ")
                .append(kind)
                .append("\nmetadata:\n  name: ")
                .append(name)
                .append('\n');
        namespace.ifPresent(value -> yaml.append("  namespace: ").append(value).append('\n'));
    }

    private record Where(String group, List<String> resources) {}

    /** Resources of one group with the same verbs are one rule. */
    private static Map<Where, List<String>> rules(Collection<Right> rights) {
        Map<String, Map<String, TreeSet<Integer>>> verbs = new TreeMap<>();
        for (Right right : rights) {
            verbs.computeIfAbsent(right.group(), group -> new TreeMap<>())
                    .computeIfAbsent(right.resource(), resource -> new TreeSet<>())
                    .add(VERBS.indexOf(right.verb()));
        }
        Map<Where, List<String>> rules = new LinkedHashMap<>();
        verbs.forEach((group, resources) -> {
            Map<List<String>, List<String>> alike = new LinkedHashMap<>();
            resources.forEach((resource, numbers) -> alike.computeIfAbsent(
                            numbers.stream().map(VERBS::get).toList(), key -> new ArrayList<>())
                    .add(resource));
            alike.forEach((list, names) -> rules.put(new Where(group, names), list));
        });
        return rules;
    }
}
