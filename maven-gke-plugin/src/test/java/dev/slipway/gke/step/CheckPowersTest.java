package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.yaml.Manifests;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Power beyond the namespace (threat T16)")
class CheckPowersTest {
    private static final Namespace DEV = new Namespace("dev");

    @ParameterizedTest
    @DisplayName("is refused, and what is asked for is told")
    @CsvSource(
            delimiter = '|',
            value = {
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a}} | ClusterRole/a is for the whole cluster",
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: a}} | ClusterRoleBinding/a is for the whole cluster",
                "{apiVersion: v1, kind: PersistentVolume, metadata: {name: a}} | PersistentVolume/a is for the whole cluster",
                "{apiVersion: v1, kind: Namespace, metadata: {name: a}} | Namespace/a is for the whole cluster",
                "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: a}} | MutatingWebhookConfiguration/a is for the whole cluster",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: kube-system}} | ConfigMap/a goes to namespace kube-system",
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a}, roleRef: {kind: ClusterRole, name: cluster-admin}} | RoleBinding/a binds the role cluster-admin",
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a}, rules: [{verbs: ['*']}]} | Role/a may do anything",
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {spec: {volumes: [{hostPath: {path: /var/run}}]}}}} | Deployment/a mounts /var/run of the node",
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a}, spec: {template: {spec: {hostNetwork: true}}}} | DaemonSet/a shares the node's Network",
                "{apiVersion: batch/v1, kind: CronJob, metadata: {name: a}, spec: {jobTemplate: {spec: {template: {spec: {hostPID: true}}}}}} | CronJob/a shares the node's PID",
                "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {initContainers: [{name: i, securityContext: {privileged: true}}]}} | Pod/a, container i, is privileged",
                "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}} | Pod/a, container c, adds the capability SYS_ADMIN",
                "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, ports: [{hostPort: 80}]}]}} | Pod/a, container c, takes port 80 of the node",
                "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: a}, spec: {conversion: {webhook: {clientConfig: {}}}}} | has the API server call a webhook",
            })
    void refused(String yaml, String told) {
        for (boolean hook : List.of(true, false)) {
            PlanRelease.Planned planned = hook ? planned("", yaml) : planned(yaml, "");
            DeployFailure failure =
                    catchThrowableOfType(DeployFailure.class, () -> new CheckPowers(false).run(planned, journal()));
            assertThat(failure.code()).isEqualTo(FailureCode.CHART_UNSAFE);
            assertThat(failure.what())
                    .startsWith("The chart asks for power beyond its namespace: ")
                    .contains(told);
            assertThat(failure.tryThis()).contains("-Dgke.allowPrivileged");
            assertThat(new CheckPowers(true).run(planned, journal())).isSameAs(planned);
        }
    }

    @Test
    @DisplayName("is not what a plain service needs, nor a chart that brings a kind of its own")
    void harmless() {
        PlanRelease.Planned planned = planned("""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: dev}, spec: {template: {spec: {
                  containers: [{name: c, ports: [{containerPort: 8000}], securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}],
                  volumes: [{emptyDir: {}}]}}}}
                ---
                {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: LoadBalancer}}
                ---
                {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}}
                ---
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: a}}
                ---
                {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a}, rules: [{verbs: [get, list]}]}
                ---
                {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a}, roleRef: {kind: Role, name: a}}
                ---
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: dragons.example.com}, spec: {conversion: {strategy: None}}}
                ---
                {apiVersion: example.com/v1, kind: Dragon, metadata: {name: a}}
                ---
                {apiVersion: monitoring.googleapis.com/v1, kind: PodMonitoring, metadata: {name: a}}
                ---
                {apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: a}}
                """, "");
        assertThatCode(() -> new CheckPowers(false).run(planned, journal())).doesNotThrowAnyException();
    }

    private static Journal journal() {
        return new Journal(Clock.systemUTC(), line -> {}, line -> {});
    }

    private static PlanRelease.Planned planned(String manifest, String hooks) {
        Site site = new Site(new Connection("real", URI.create("https://127.0.0.1"), Path.of("private")), DEV, true);
        Rendering rendering =
                new Rendering(new ChartId("chart", "1.0.0"), Manifests.parse(manifest), Manifests.parse(hooks), "");
        return new PlanRelease.Planned(
                site,
                new ReleasePlan(new ReleaseName("r"), DEV, new ChartSource("/chart"), List.of(), Map.of(), "by a test"),
                rendering,
                Optional.empty(),
                false,
                Optional.empty(),
                "");
    }
}
