package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.FakeAccess;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.Right;
import dev.slipway.gke.model.Role;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.yaml.Manifests;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What an account has to be allowed to do")
class ReleaseRightsTest {
    private static final Namespace DEV = new Namespace("dev");
    private static final Connection CONNECTION =
            new Connection("gke_acme_europe-west1_ml", URI.create("https://10.0.0.1"), Path.of("kubeconfig"));

    private final FakeAccess access = new FakeAccess();

    @Test
    @DisplayName("for the chart of this repository is what docs/deployer-role.yaml says, no more and no less")
    void deployerRole() throws Exception {
        Rendering rendering = rendering(
                List.of(
                        object("v1", "Service"),
                        object("v1", "ServiceAccount"),
                        object("apps/v1", "Deployment"),
                        object("autoscaling/v2", "HorizontalPodAutoscaler"),
                        object("policy/v1", "PodDisruptionBudget"),
                        object("networking.k8s.io/v1", "Ingress")),
                List.of(object("v1", "Pod")));

        Set<String> needed = texts(ReleaseRights.of(access, CONNECTION, DEV, true, rendering));

        assertThat(needed).isEqualTo(inRole(Files.readString(Path.of("../docs/deployer-role.yaml"))));
    }

    @Test
    @DisplayName("can be read back from the role that is printed for it")
    void roleSaysTheSame() {
        List<Right> needed = ReleaseRights.of(
                access, CONNECTION, DEV, true, rendering(List.of(object("apps/v1", "Deployment")), List.of()));

        String yaml = new Role("deploy-shop", "ci@acme.iam.gserviceaccount.com", needed).yaml();

        assertThat(inRole(yaml)).isEqualTo(texts(needed));
        assertThat(yaml).contains("kind: RoleBinding").contains("name: \"ci@acme.iam.gserviceaccount.com\"");
    }

    @Test
    @DisplayName("in the whole cluster is in a ClusterRole: a namespace to be made, an object without a namespace")
    void wholeCluster() {
        List<Right> needed = ReleaseRights.of(
                access,
                CONNECTION,
                DEV,
                false,
                rendering(List.of(object("rbac.authorization.k8s.io/v1", "ClusterRole")), List.of()));

        String yaml = new Role("deploy-shop", "system:serviceaccount:ci:robot", needed).yaml();

        assertThat(yaml).startsWith("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: deploy-shop
                rules:
                  - apiGroups: [""]
                    resources: [namespaces]
                    verbs: [create]
                  - apiGroups: [rbac.authorization.k8s.io]
                    resources: [clusterroles]
                    verbs: [get, create, patch, delete]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                """).contains("""
                  - kind: ServiceAccount
                    namespace: ci
                    name: robot
                """);
    }

    @Test
    @DisplayName(
            "is asked before the first write, and all that is missing is told at once, with the role that gives it")
    void missing() {
        access.lacks("patch", "deployments.apps");
        access.lacks("create", "services");
        access.lacks("get", "leases.coordination.k8s.io");

        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> check(false));

        assertThat(failure.code()).isEqualTo(FailureCode.RIGHTS_MISSING);
        assertThat(failure.what()).isEqualTo("""
                        ci@acme.iam.gserviceaccount.com lacks 3 rights that this release needs:
                            - get leases.coordination.k8s.io in namespace dev
                            - patch deployments.apps in namespace dev
                            - create services in namespace dev""");
        assertThat(failure.where()).isEqualTo("namespace dev on gke_acme_europe-west1_ml");
        assertThat(failure.tryThis()).contains("kind: Role\n").contains("name: deploy-shop");
    }

    @Test
    @DisplayName("is not asked if nothing is to be changed")
    void nothingToDo() {
        access.lacks("patch", "deployments.apps");

        assertThat(check(true).unchanged()).isTrue();
        assertThat(access.asked()).isZero();
    }

    private PlanRelease.Planned check(boolean unchanged) {
        ReleasePlan plan = new ReleasePlan(
                new ReleaseName("shop"), DEV, new ChartSource("chart"), List.of(), Map.of(), "description");
        Rendering rendering = rendering(List.of(object("apps/v1", "Deployment"), object("v1", "Service")), List.of());
        return CheckRights.ofPlan(access)
                .run(
                        new PlanRelease.Planned(
                                new Site(CONNECTION, DEV, true),
                                plan,
                                rendering,
                                Optional.empty(),
                                unchanged,
                                Optional.empty(),
                                ""),
                        new Journal(Clock.systemUTC(), line -> {}, line -> {}));
    }

    private static Rendering rendering(List<KubeObject> objects, List<KubeObject> hooks) {
        return new Rendering(new ChartId("shop", "1"), new Manifest(objects), new Manifest(hooks), "");
    }

    private static KubeObject object(String apiVersion, String kind) {
        return new KubeObject(apiVersion, kind, "shop", Map.of());
    }

    private static Set<String> texts(List<Right> rights) {
        Set<String> texts = new TreeSet<>();
        rights.forEach(right -> texts.add(right.toString()));
        return texts;
    }

    private static Set<String> inRole(String yaml) {
        Map<String, Object> role = Manifests.parseMap(yaml.substring(0, yaml.indexOf("---\n")));
        List<String> texts = new ArrayList<>();
        for (Object rule : (List<?>) role.getOrDefault("rules", List.of())) {
            Map<?, ?> fields = (Map<?, ?>) rule;
            for (Object group : (List<?>) Objects.requireNonNull(fields.get("apiGroups"))) {
                for (Object resource : (List<?>) Objects.requireNonNull(fields.get("resources"))) {
                    for (Object verb : (List<?>) Objects.requireNonNull(fields.get("verbs"))) {
                        texts.add(new Right(Optional.of(DEV), group.toString(), resource.toString(), verb.toString())
                                .toString());
                    }
                }
            }
        }
        return new TreeSet<>(texts);
    }
}
