package dev.slipway.gke.diff;

import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Risk;
import dev.slipway.gke.model.TryOut;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pods to try out in the place of those that a workload would make. The API server takes a Deployment whose pods it will refuse:
 * quota, Pod Security and rules about pods show only when the controller makes one.
 *
 * <p>A refusal is a risk, not certain: such a pod has no owner, and is asked for by us, not by the controller; a rule may tell the
 * two apart, and a quota may be freed by the pods that are replaced.
 */
public final class PodTrials {
    private static final Set<String> KINDS = Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job");

    private final Map<String, KubeObject> workloads = new LinkedHashMap<>();
    private final List<KubeObject> pods = new ArrayList<>();

    /** Makes a pod for each workload whose pods would change. */
    public PodTrials(List<TryOut> tries) {
        Set<String> accounts = new LinkedHashSet<>();
        tries.stream()
                .filter(tried -> tried.object().kind().equals("ServiceAccount")
                        && tried.live().isEmpty())
                .forEach(tried -> accounts.add(tried.object().name()));
        for (TryOut tried : tries) {
            template(tried).ifPresent(template -> {
                if (!same(template, tried.live()) && replicas(tried) > 0) {
                    KubeObject pod = pod(tried.object(), template, accounts);
                    pods.add(pod);
                    workloads.put(pod.name(), tried.object());
                }
            });
        }
    }

    /** {@return the pods} */
    public Manifest manifest() {
        return new Manifest(pods);
    }

    /** {@return what the API server's answers about them mean} */
    public List<Risk> risks(List<TryOut> tries, Veil veil) {
        List<Risk> risks = new ArrayList<>();
        for (TryOut tried : tries) {
            KubeObject workload = workloads.get(tried.object().name());
            if (workload != null && tried.verdict() instanceof TryOut.Refused refused && !ours(refused)) {
                risks.add(new Risk(
                        Risk.Kind.PODS_REFUSED,
                        workload.toString(),
                        "a pod of it would be refused now: "
                                + veil.over(
                                        refused.message().replace(tried.object().name(), workload.name()))));
            }
        }
        return risks;
    }

    /** What only a pod without its workload meets: something that the same release brings. */
    private static boolean ours(TryOut.Refused refused) {
        return refused.message().contains("serviceaccount \"")
                || refused.message().contains("no PriorityClass with name");
    }

    private static Optional<Map<String, Object>> template(TryOut tried) {
        return tried.result()
                .filter(result -> KINDS.contains(tried.object().kind()))
                .map(result -> Trees.map(Trees.at(result, "spec", "template")));
    }

    private static boolean same(Map<String, Object> template, Optional<Map<String, Object>> live) {
        return live.filter(now -> Trees.same(Trees.at(now, "spec", "template"), template))
                .isPresent();
    }

    private static long replicas(TryOut tried) {
        Object replicas = Trees.at(tried.result().orElse(Map.of()), "spec", "replicas");
        return replicas instanceof Number number ? number.longValue() : 1;
    }

    private static KubeObject pod(KubeObject workload, Map<String, Object> template, Set<String> accounts) {
        String name = (workload.name() + "-" + workload.kind()).toLowerCase(Locale.ROOT);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", name);
        workload.namespace().ifPresent(namespace -> metadata.put("namespace", namespace));
        metadata.put("labels", Trees.map(Trees.at(template, "metadata", "labels")));
        metadata.put("annotations", Trees.map(Trees.at(template, "metadata", "annotations")));
        Map<String, Object> spec = Trees.map(template.get("spec"));
        if (accounts.contains(Trees.text(spec, "serviceAccountName"))) {
            spec.remove("serviceAccountName");
            spec.remove("serviceAccount");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("apiVersion", "v1");
        body.put("kind", "Pod");
        body.put("metadata", metadata);
        body.put("spec", spec);
        return new KubeObject("v1", "Pod", name, body);
    }
}
