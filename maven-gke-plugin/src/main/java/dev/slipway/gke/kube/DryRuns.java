package dev.slipway.gke.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.diff.MergePatch;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.TryOut;
import dev.slipway.gke.port.LiveObjects;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

/**
 * Asks the API server what it would do, with {@code dryRun=All}: it merges, defaults, validates and admits the object, and keeps
 * nothing.
 *
 * <p>An object that is not there is posted, one that is there is patched with the patch that Helm would send ({@link MergePatch}).
 * Not by server-side apply: fields that the last release set belong to Helm's client, so that an apply of ours cannot take any of
 * them away; the server would refuse a Service whose port was changed ("Duplicate value"), or a volume of another type.
 */
public final class DryRuns implements LiveObjects {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> TREE = new TypeReference<>() {};
    private static final String QUERY = "?dryRun=All&fieldManager=gke-maven-plugin";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final String MERGE = "application/merge-patch+json";
    private static final int AT_ONCE = 8;

    /** Groups with a dot that are Kubernetes' own; other such groups are of custom resources. */
    private static final Set<String> OWN_GROUPS = Set.of(
            "admissionregistration.k8s.io",
            "authentication.k8s.io",
            "authorization.k8s.io",
            "certificates.k8s.io",
            "coordination.k8s.io",
            "discovery.k8s.io",
            "events.k8s.io",
            "flowcontrol.apiserver.k8s.io",
            "networking.k8s.io",
            "node.k8s.io",
            "rbac.authorization.k8s.io",
            "resource.k8s.io",
            "scheduling.k8s.io",
            "storage.k8s.io");

    /** RBAC's words; quota and admission have others. */
    private static final Pattern NO_RIGHT =
            Pattern.compile("User \"[^\"]*\" cannot \\w+ resource|is attempting to grant RBAC permissions");

    private static final Pattern NO_NAMESPACE = Pattern.compile("namespaces \"[^\"]*\" not found");
    private static final Pattern NO_DRY_RUN = Pattern.compile("does not support dry run");

    /** The server quotes the whole patch when a value in it has the wrong form. */
    private static final Pattern QUOTED =
            Pattern.compile("(Invalid value: )(?:\"map\\[.*\\]\"|\\{.*\\}|map\\[.*\\]): ", Pattern.DOTALL);

    private static final Pattern VALUE = Pattern.compile("(Invalid value: )\"(?:\\\\.|[^\"\\\\])*\"");

    private final KubeClients clients;

    public DryRuns(KubeClients clients) {
        this.clients = clients;
    }

    @Override
    public List<TryOut> tryOut(Connection connection, Namespace namespace, Manifest manifest, Manifest before) {
        KubeApi api = clients.of(connection);
        Map<String, KubeObject> released = new HashMap<>();
        before.objects().forEach(object -> released.put(key(object, namespace), object));
        List<Callable<Boolean>> learning = manifest.objects().stream()
                .map(RestMapping::prefix)
                .distinct()
                .map(prefix -> (Callable<Boolean>) () -> {
                    api.mapping().learn(prefix);
                    return true;
                })
                .toList();
        together(learning);
        List<Callable<TryOut>> tries = manifest.objects().stream()
                .map(object -> (Callable<TryOut>) () -> tryOut(
                        api, namespace, object, Optional.ofNullable(released.get(key(object, namespace))), manifest))
                .toList();
        return together(tries);
    }

    private static TryOut tryOut(
            KubeApi api, Namespace namespace, KubeObject object, Optional<KubeObject> before, Manifest manifest) {
        Optional<String> path = api.mapping().path(object, namespace);
        if (path.isEmpty()) {
            return new TryOut(
                    object,
                    Optional.empty(),
                    brought(object, manifest)
                            ? new TryOut.Unchecked("its definition comes with the same release")
                            : new TryOut.NoSuchKind());
        }
        Optional<JsonNode> live = api.find(path.get());
        if (live.isEmpty()) {
            String collection = path.get().substring(0, path.get().lastIndexOf('/'));
            Reply reply = api.rehearse("POST", collection + QUERY, json(object.body()), "application/json");
            return new TryOut(object, Optional.empty(), verdict(object, reply));
        }
        Map<String, Object> now = JSON.convertValue(live.get(), TREE);
        boolean strategic = strategic(object);
        Reply reply = patch(api, path.get(), object, before, now, strategic);
        if (reply.status() == 415 && strategic) {
            reply = patch(api, path.get(), object, before, now, false);
        }
        return new TryOut(object, Optional.of(now), verdict(object, reply));
    }

    private static Reply patch(
            KubeApi api,
            String path,
            KubeObject object,
            Optional<KubeObject> before,
            Map<String, Object> live,
            boolean strategic) {
        Map<String, Object> patch = MergePatch.of(
                object.kind(), strategic, before.map(KubeObject::body).orElse(Map.of()), object.body(), live);
        return api.rehearse("PATCH", path + QUERY, json(patch), strategic ? STRATEGIC : MERGE);
    }

    private static TryOut.Verdict verdict(KubeObject object, Reply reply) {
        if (reply.ok()) {
            try {
                return new TryOut.Accepted(JSON.convertValue(reply.json(), TREE));
            } catch (JsonProcessingException e) {
                return new TryOut.Unchecked("what the server answered is no JSON");
            }
        }
        String message = reply.words().isPresent() ? words(object.kind(), raw(reply)) : "";
        if (reply.status() == 403 && NO_RIGHT.matcher(message).find()) {
            return new TryOut.Unchecked(message);
        }
        if (reply.status() == 404 && NO_NAMESPACE.matcher(message).find()) {
            return new TryOut.Unchecked("its namespace does not exist yet");
        }
        if (NO_DRY_RUN.matcher(message).find() || reply.status() == 409) {
            return new TryOut.Unchecked(message);
        }
        return new TryOut.Refused(
                reply.status(),
                reply.words().map(Reply.Words::reason).orElse(""),
                message.isEmpty() ? "the server answered " + reply.status() : message,
                fields(reply));
    }

    /** The whole message: what is at its end is often what is wrong. */
    private static String raw(Reply reply) {
        try {
            return reply.json().path("message").asText();
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    /** {@return the server's words without the objects that it quotes in them, which hold more than anybody wants to read} */
    static String words(String kind, String message) {
        String words = QUOTED.matcher(message).replaceAll("$1");
        return Redactor.clean(kind.equals("Secret") ? VALUE.matcher(words).replaceAll("$1(hidden)") : words);
    }

    private static List<String> fields(Reply reply) {
        List<String> fields = new ArrayList<>();
        try {
            reply.json().path("details").path("causes").forEach(cause -> {
                String field = cause.path("field").asText();
                if (!field.isEmpty() && !fields.contains(field)) {
                    fields.add(field);
                }
            });
        } catch (JsonProcessingException e) {
            return List.of();
        }
        return fields;
    }

    private static boolean strategic(KubeObject object) {
        String group = object.apiVersion().contains("/") ? object.apiVersion().split("/", 2)[0] : "";
        return !group.contains(".") || OWN_GROUPS.contains(group);
    }

    private static boolean brought(KubeObject object, Manifest manifest) {
        String group = object.apiVersion().split("/", 2)[0];
        return manifest.ofKind("CustomResourceDefinition").stream()
                .map(definition -> JSON.<JsonNode>valueToTree(definition.body()).path("spec"))
                .anyMatch(spec -> spec.path("group").asText().equals(group)
                        && spec.path("names").path("kind").asText().equals(object.kind()));
    }

    private static String key(KubeObject object, Namespace namespace) {
        String group = object.apiVersion().contains("/") ? object.apiVersion().split("/", 2)[0] : "";
        return group + "/" + object.kind() + "/" + object.namespace().orElse(namespace.value()) + "/" + object.name();
    }

    private static String json(Map<String, Object> tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of maps that is no JSON", e);
        }
    }

    @Override
    public Map<String, Long> memoryInUse(Connection connection, Namespace namespace, KubeObject workload) {
        Map<String, Long> used = new LinkedHashMap<>();
        String selector = LabelSelector.of(
                JSON.<JsonNode>valueToTree(workload.body()).path("spec").path("selector"));
        if (selector.isEmpty()) {
            return used;
        }
        String path = "/apis/metrics.k8s.io/v1beta1/namespaces/"
                + workload.namespace().orElse(namespace.value()) + "/pods";
        List<JsonNode> pods;
        try {
            pods = clients.of(connection).list(path, selector);
        } catch (DeployFailure failure) {
            // Nobody measures here, or it is not for us to know: a risk less that can be told.
            if (failure.code() == FailureCode.INTERRUPTED) {
                throw failure;
            }
            return used;
        }
        for (JsonNode pod : pods) {
            for (JsonNode container : pod.path("containers")) {
                used.merge(
                        container.path("name").asText(),
                        bytes(container.path("usage").path("memory").asText()),
                        Math::max);
            }
        }
        return used;
    }

    /** The metrics API writes {@code 12345Ki}, or plain bytes. */
    private static long bytes(String quantity) {
        String digits = quantity.replaceAll("[^0-9].*$", "");
        if (digits.isEmpty()) {
            return 0;
        }
        int shift =
                switch (quantity.substring(digits.length())) {
                    case "Ki" -> 10;
                    case "Mi" -> 20;
                    case "Gi" -> 30;
                    default -> 0;
                };
        return new BigDecimal(digits).multiply(BigDecimal.valueOf(1L << shift)).longValue();
    }

    @Override
    public String identity(Connection connection, Namespace namespace) {
        KubeApi api = clients.of(connection);
        return uid(api, "kube-system")
                .or(() -> uid(api, namespace.value()))
                .orElse(connection.server().toString());
    }

    private static Optional<String> uid(KubeApi api, String namespace) {
        try {
            return api.find("/api/v1/namespaces/" + namespace)
                    .map(found ->
                            namespace + "/" + found.path("metadata").path("uid").asText());
        } catch (DeployFailure failure) {
            if (failure.code() == FailureCode.CLUSTER_DENIED) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    @Override
    public String version(Connection connection) {
        return clients.of(connection).get("/version").path("gitVersion").asText();
    }

    private static <T> List<T> together(List<Callable<T>> calls) {
        if (calls.isEmpty()) {
            return List.of();
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(AT_ONCE, calls.size()), task -> {
            Thread thread = new Thread(task, "dry run");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            throw DeployFailure.interrupted("trying out the objects", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
