package dev.slipway.chart;

import static dev.slipway.chart.Rendered.CHART;
import static dev.slipway.chart.Rendered.DIGEST;
import static dev.slipway.chart.Rendered.at;
import static dev.slipway.chart.Rendered.container;
import static dev.slipway.chart.Rendered.cores;
import static dev.slipway.chart.Rendered.list;
import static dev.slipway.chart.Rendered.number;
import static dev.slipway.chart.Rendered.template;
import static dev.slipway.chart.Rendered.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.TemplateCommand;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The chart")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartTest {

    private final List<Rendered> everyShape = new ArrayList<>();
    private final List<Rendered> everyEnvironment = new ArrayList<>();

    @BeforeAll
    void render() {
        List<Path> environments = Rendered.environments();
        for (Path shape : Rendered.shapes()) {
            Rendered rendered = Rendered.of(shape);
            everyShape.add(rendered);
            if (environments.contains(shape)) {
                everyEnvironment.add(rendered);
            }
        }
    }

    @Nested
    @DisplayName("in every shape")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class InEveryShape {

        List<Rendered> everyShape() {
            return everyShape;
        }

        @ParameterizedTest
        @MethodSource("everyShape")
        @DisplayName("runs pods that the restricted Pod Security Standard admits")
        void restricted(Rendered rendered) {
            for (Map<String, Object> pod : rendered.podSpecs()) {
                assertThat(at(pod, "securityContext"))
                        .containsEntry("runAsNonRoot", true)
                        .containsEntry("runAsUser", 10001)
                        .containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"));
                assertThat(at(container(pod), "securityContext"))
                        .containsEntry("allowPrivilegeEscalation", false)
                        .containsEntry("readOnlyRootFilesystem", true)
                        .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
                assertThat(pod).containsEntry("automountServiceAccountToken", false);
                assertThat(list(pod, "volumes")).allSatisfy(v -> assertThat(v).containsKey("emptyDir"));
            }
        }

        @ParameterizedTest
        @MethodSource("everyShape")
        @DisplayName("leaves the number of replicas out if, and only if, the autoscaler owns it")
        void replicas(Rendered rendered) {
            boolean autoscaled = !rendered.all("HorizontalPodAutoscaler").isEmpty();
            assertThat(at(rendered.one("Deployment"), "spec").containsKey("replicas"))
                    .isEqualTo(!autoscaled);
        }

        @ParameterizedTest
        @MethodSource("everyShape")
        @DisplayName("selects by name and instance alone, because a selector can never be changed")
        void selectors(Rendered rendered) {
            assertThat(at(rendered.one("Deployment"), "spec", "selector", "matchLabels"))
                    .containsOnlyKeys("app.kubernetes.io/name", "app.kubernetes.io/instance");
        }

        @ParameterizedTest
        @MethodSource("everyShape")
        @DisplayName("has a Service that finds the service's pods, and not the test's")
        void service(Rendered rendered) {
            Map<String, Object> selector = at(rendered.one("Service"), "spec", "selector");
            assertThat(at(rendered.one("Deployment"), "spec", "template", "metadata", "labels"))
                    .containsAllEntriesOf(selector);
            assertThat(at(rendered.one("Pod"), "metadata", "labels"))
                    .doesNotContainEntry("app.kubernetes.io/name", selector.get("app.kubernetes.io/name"));
        }

        @ParameterizedTest
        @MethodSource("everyShape")
        @DisplayName("asks the three health questions on the port that the Service sends to")
        void health(Rendered rendered) {
            Map<String, Object> container = container(rendered.podSpecs().get(0));
            assertThat(list(container, "ports").get(0))
                    .containsEntry("name", "http")
                    .containsEntry("containerPort", 8000);
            assertThat(list(at(rendered.one("Service"), "spec"), "ports").get(0))
                    .containsEntry("targetPort", "http");
            assertThat(at(container, "startupProbe", "httpGet"))
                    .isEqualTo(Map.of("path", "/health/startup", "port", "http"));
            assertThat(at(container, "readinessProbe", "httpGet"))
                    .isEqualTo(Map.of("path", "/health/ready", "port", "http"));
            assertThat(at(container, "livenessProbe", "httpGet"))
                    .isEqualTo(Map.of("path", "/health/live", "port", "http"));
        }

        @ParameterizedTest
        @MethodSource("everyShape")
        @DisplayName(
                "gives a stopping pod its preStop sleep, its drain and five seconds more, and loses no replica in a rollout")
        void stopping(Rendered rendered) {
            Map<String, Object> pod = rendered.podSpecs().get(0);
            int sleep = container(pod).containsKey("lifecycle")
                    ? number(at(container(pod), "lifecycle", "preStop", "sleep"), "seconds")
                    : 0;
            String drain = list(container(pod), "env").stream()
                    .filter(e -> "SERVE_DRAIN".equals(e.get("name")))
                    .map(e -> String.valueOf(e.get("value")))
                    .findFirst()
                    .orElseThrow();
            assertThat(number(pod, "terminationGracePeriodSeconds"))
                    .isEqualTo(sleep + Integer.parseInt(drain.replaceFirst("s$", "")) + 5);
            assertThat(at(rendered.one("Deployment"), "spec", "strategy", "rollingUpdate"))
                    .containsEntry("maxUnavailable", 0);
        }

        @ParameterizedTest
        @MethodSource("everyShape")
        @DisplayName("tells ONNX Runtime to keep quiet, in each container")
        void telemetry(Rendered rendered) {
            for (Map<String, Object> pod : rendered.podSpecs()) {
                assertThat(list(container(pod), "env")).contains(Map.of("name", "ORT_DISABLE_TELEMETRY", "value", "1"));
            }
        }

        @ParameterizedTest
        @MethodSource("everyShape")
        @DisplayName("has a disruption budget, if any, that lets a drain go on")
        void disruption(Rendered rendered) {
            for (Map<String, Object> budget : rendered.all("PodDisruptionBudget")) {
                assertThat(number(at(budget, "spec"), "maxUnavailable")).isPositive();
            }
        }

        @ParameterizedTest
        @MethodSource("everyShape")
        @DisplayName("puts every object where the release is")
        void namespace(Rendered rendered) {
            assertThat(rendered.objects())
                    .allSatisfy(o -> assertThat(at(o, "metadata")).containsEntry("namespace", "somewhere"));
        }
    }

    @Nested
    @DisplayName("with the environments' values")
    class WithTheEnvironmentsValues {

        @Test
        @DisplayName("runs exactly the image that the plugin names, by digest")
        void digest() {
            assertThat(everyEnvironment).hasSize(5).allSatisfy(e -> {
                for (Map<String, Object> pod : e.podSpecs()) {
                    assertThat(container(pod)).containsEntry("image", "docker.io/slipway/ml-service@" + DIGEST);
                }
            });
        }

        @Test
        @DisplayName("is never told the image by a values file")
        void imageSaidOnce() {
            assertThat(Rendered.environments())
                    .allSatisfy(f -> assertThat(yaml(f)).doesNotContainKey("image"));
        }

        @Test
        @DisplayName("exposes prod on port 80 of a LoadBalancer, autoscaled from two pods up, with a disruption budget")
        void prod() {
            Rendered prod = environment("values-prod.yaml");
            assertThat(at(prod.one("Service"), "spec")).containsEntry("type", "LoadBalancer");
            assertThat(list(at(prod.one("Service"), "spec"), "ports"))
                    .containsExactly(Map.of("name", "http", "port", 80, "targetPort", "http", "protocol", "TCP"));
            assertThat(number(at(prod.one("HorizontalPodAutoscaler"), "spec"), "minReplicas"))
                    .isGreaterThanOrEqualTo(2);
            assertThat(prod.all("PodDisruptionBudget")).hasSize(1);
        }

        @Test
        @DisplayName("fits on one node of two cores in all environments at once, in the middle of a rollout of each")
        void fits() {
            BigDecimal sum = BigDecimal.ZERO;
            for (Rendered e : everyEnvironment) {
                List<Map<String, Object>> autoscalers = e.all("HorizontalPodAutoscaler");
                int pods = autoscalers.isEmpty()
                        ? number(at(e.one("Deployment"), "spec"), "replicas")
                        : number(at(autoscalers.get(0), "spec"), "minReplicas");
                Object request = at(container(e.podSpecs().get(0)), "resources", "requests")
                        .get("cpu");
                assertThat(request).describedAs("CPU request of %s", e).isNotNull();
                sum = sum.add(cores(String.valueOf(request)).multiply(BigDecimal.valueOf(pods + 1)));
            }
            assertThat(sum).isLessThan(new BigDecimal("1.5"));
        }

        private Rendered environment(String file) {
            return everyEnvironment.stream()
                    .filter(e -> e.shape().equals(file))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Nested
    @DisplayName("refuses")
    class Refuses {

        @Test
        @DisplayName("an unknown key, wherever it stands")
        void unknownKey() {
            List<String> places = new ArrayList<>(List.of(""));
            closedObjects("", yaml(CHART.resolve("values.yaml")), places);
            assertThat(places).contains("", "image.", "probes.startup.", "resources.requests.");
            assertThat(places)
                    .allSatisfy(place -> assertThatThrownBy(() ->
                                    withImage().set(place + "unknwon", "x").call())
                            .hasMessageContaining("additional properties 'unknwon' not allowed"));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                image.digest         | sha256:abc | '/image/digest'
                image.repository     | a/b:1      | '/image/repository'
                replicas             | many       | '/replicas'
                service.type         | NodePort   | '/service/type'
                service.port         | 70000      | '/service/port'
                podDisruptionBudget.maxUnavailable | 0 | '/podDisruptionBudget/maxUnavailable'
                resources.limits.cpu | lots       | '/resources/limits/cpu'
                """)
        @DisplayName("a value out of its bounds, and names it")
        void outOfBounds(String key, String value, String place) {
            assertThatThrownBy(() -> withImage().set(key, value).call()).hasMessageContaining(place);
        }

        @Test
        @DisplayName("to run without an image, and says how to name one")
        void noImage() {
            assertThatThrownBy(() -> template().call())
                    .hasMessageContaining("image.repository is not set")
                    .hasMessageContaining("--set image.repository=");
            assertThatThrownBy(() -> template().set("image.repository", "a/b").call())
                    .hasMessageContaining("neither image.digest nor image.tag is set");
        }

        @Test
        @DisplayName("a cluster whose kubelet knows no preStop sleep")
        void oldCluster() {
            assertThatThrownBy(() -> withImage().withKubeVersion("1.29.9").call())
                    .hasMessageContaining("v1.29.9")
                    .hasMessageContaining("1.30 or newer");
            assertThat(withImage().withKubeVersion("v1.34.1-gke.1829001").call())
                    .contains("sleep:");
        }

        @Test
        @DisplayName("a start that may take longer than a rollout")
        void slowStart() {
            assertThatThrownBy(
                            () -> withImage().set("progressDeadlineSeconds", 60).call())
                    .hasMessageContaining("probes.startup waits up to 120 s");
        }

        @Test
        @DisplayName("an autoscaler whose least is more than its most")
        void autoscaler() {
            assertThatThrownBy(() -> withImage()
                            .set("autoscaling.enabled", true)
                            .set("autoscaling.minReplicas", 9)
                            .call())
                    .hasMessageContaining("greater than autoscaling.maxReplicas (6)");
        }

        @Test
        @DisplayName("an Ingress that nothing is reached by")
        void ingress() {
            assertThatThrownBy(() -> withImage().set("ingress.enabled", true).call())
                    .hasMessageContaining("ingress.hosts is empty");
        }

        private TemplateCommand withImage() {
            return template()
                    .set("image.repository", "docker.io/slipway/ml-service")
                    .set("image.digest", DIGEST);
        }

        @SuppressWarnings("unchecked") // YAML has no types; a map's keys are names
        private void closedObjects(String prefix, Map<String, Object> values, List<String> places) {
            values.forEach((key, value) -> {
                // An empty map is one that the user fills with names
                // of his own: labels, annotations, env, nodeSelector.
                if (value instanceof Map<?, ?> map && !map.isEmpty()) {
                    places.add(prefix + key + ".");
                    closedObjects(prefix + key + ".", (Map<String, Object>) map, places);
                }
            });
        }
    }

    @Test
    @DisplayName("lets the digest win over the tag")
    void digestWins() {
        assertThat(template()
                        .set("image.repository", "a/b")
                        .set("image.tag", "v1")
                        .set("image.digest", DIGEST)
                        .call())
                .contains("a/b@" + DIGEST)
                .doesNotContain("a/b:v1");
    }

    @Test
    @DisplayName("gives every value of values.yaml a description in the schema")
    void described() {
        Map<String, Object> schema = yaml(CHART.resolve("values.schema.json"));
        List<String> silent = new ArrayList<>();
        undescribed("", schema, yaml(CHART.resolve("values.yaml")), silent);
        assertThat(silent).isEmpty();
    }

    @SuppressWarnings("unchecked") // as above
    private static void undescribed(
            String prefix, Map<String, Object> schema, Map<String, Object> values, List<String> silent) {
        Map<String, Object> properties = at(schema, "properties");
        values.forEach((key, value) -> {
            Map<String, Object> property = at(properties, key);
            if (!property.containsKey("description")) {
                silent.add(prefix + key);
            }
            if (value instanceof Map<?, ?> map && property.containsKey("properties")) {
                undescribed(prefix + key + ".", property, (Map<String, Object>) map, silent);
            }
        });
    }
}
