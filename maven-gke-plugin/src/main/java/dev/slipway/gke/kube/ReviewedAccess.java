package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeKind;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Quantity;
import dev.slipway.gke.model.Quota;
import dev.slipway.gke.model.Right;
import dev.slipway.gke.port.ClusterAccess;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the API server itself. For a namespace it asks for all rules at once ({@code SelfSubjectRulesReview}); what they do not
 * grant is asked for one by one ({@code SelfSubjectAccessReview}), because other authorizers than roles, such as Google's IAM, tell
 * no rules. Every user may ask both; neither is kept.
 */
public final class ReviewedAccess implements ClusterAccess {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/";

    private final KubeClients clients;

    public ReviewedAccess(KubeClients clients) {
        this.clients = clients;
    }

    @Override
    public List<Right> lacking(Connection connection, List<Right> wanted) {
        KubeApi api = clients.of(connection);
        Map<Namespace, JsonNode> rules = new HashMap<>();
        List<Right> lacking = new ArrayList<>();
        for (Right right : wanted) {
            boolean granted = right.namespace()
                    .filter(namespace -> granted(rules.computeIfAbsent(namespace, place -> rules(api, place)), right))
                    .isPresent();
            if (!granted && !allowed(api, right)) {
                lacking.add(right);
            }
        }
        return lacking;
    }

    private static JsonNode rules(KubeApi api, Namespace namespace) {
        ObjectNode review = review("SelfSubjectRulesReview");
        review.putObject("spec").put("namespace", namespace.value());
        return api.create(REVIEWS + "selfsubjectrulesreviews", review)
                .map(answer -> answer.path("status").path("resourceRules"))
                .orElseGet(JSON::createArrayNode);
    }

    private static boolean granted(JsonNode rules, Right right) {
        for (JsonNode rule : rules) {
            // A rule for some names only says nothing about others.
            if (rule.path("resourceNames").isEmpty()
                    && holds(rule.path("verbs"), right.verb())
                    && holds(rule.path("apiGroups"), right.group())
                    && holds(rule.path("resources"), right.resource())) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(JsonNode list, String wanted) {
        for (JsonNode each : list) {
            String text = each.asText();
            if (text.equals("*") || text.equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    private static boolean allowed(KubeApi api, Right right) {
        ObjectNode review = review("SelfSubjectAccessReview");
        ObjectNode attributes = review.putObject("spec").putObject("resourceAttributes");
        right.namespace().ifPresent(namespace -> attributes.put("namespace", namespace.value()));
        if (right.resource().equals("namespaces")) {
            right.namespace().ifPresent(namespace -> attributes.put("name", namespace.value()));
        }
        String[] parts = right.resource().split("/", 2);
        attributes.put("group", right.group()).put("resource", parts[0]).put("verb", right.verb());
        if (parts.length > 1) {
            attributes.put("subresource", parts[1]);
        }
        return api.create(REVIEWS + "selfsubjectaccessreviews", review)
                .map(answer -> answer.path("status").path("allowed").asBoolean())
                .orElse(false);
    }

    private static ObjectNode review(String kind) {
        return JSON.createObjectNode()
                .put("apiVersion", "authorization.k8s.io/v1")
                .put("kind", kind);
    }

    @Override
    public Optional<String> user(Connection connection) {
        ObjectNode review = JSON.createObjectNode()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "SelfSubjectReview");
        try {
            return clients.of(connection)
                    .create("/apis/authentication.k8s.io/v1/selfsubjectreviews", review)
                    .map(answer -> answer.at("/status/userInfo/username").asText())
                    .filter(name -> !name.isEmpty());
        } catch (DeployFailure e) {
            // Before Kubernetes 1.28 nobody could ask that.
            if (e.code() == FailureCode.INTERNAL || e.code() == FailureCode.CLUSTER_DENIED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Optional<KubeKind> kind(Connection connection, String apiVersion, String kind) {
        return clients.of(connection).mapping().kind(apiVersion, kind);
    }

    @Override
    public List<Quota> quotas(Connection connection, Namespace namespace) {
        List<JsonNode> quotas;
        try {
            quotas = clients.of(connection).list("/api/v1/namespaces/" + namespace + "/resourcequotas", "");
        } catch (DeployFailure e) {
            if (e.code() == FailureCode.CLUSTER_DENIED) {
                return List.of();
            }
            throw e;
        }
        List<Quota> found = new ArrayList<>();
        for (JsonNode quota : quotas) {
            Map<String, BigDecimal> left = new HashMap<>();
            JsonNode used = quota.at("/status/used");
            quota.at("/status/hard")
                    .properties()
                    .forEach(hard -> Quantity.parse(hard.getValue().asText())
                            .ifPresent(limit -> left.put(
                                    hard.getKey(),
                                    limit.subtract(Quantity.parse(
                                                    used.path(hard.getKey()).asText("0"))
                                            .orElse(BigDecimal.ZERO)))));
            // One that is about some pods only (scopes) cannot be told from here.
            if (quota.at("/spec/scopes").isEmpty()
                    && quota.at("/spec/scopeSelector").isMissingNode()) {
                found.add(new Quota(quota.at("/metadata/name").asText(), left));
            }
        }
        return found;
    }

    @Override
    public String version(Connection connection) {
        return clients.of(connection).get("/version").path("gitVersion").asText();
    }

    @Override
    public Optional<Instant> time(Connection connection) {
        return clients.of(connection).look("/version").flatMap(Reply::date);
    }

    @Override
    public boolean ending(Connection connection, Namespace namespace) {
        return clients.of(connection)
                .find("/api/v1/namespaces/" + namespace)
                .map(found -> found.at("/status/phase").asText())
                .filter("Terminating"::equals)
                .isPresent();
    }
}
