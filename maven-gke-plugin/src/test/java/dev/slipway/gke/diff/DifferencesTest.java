package dev.slipway.gke.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.model.FieldChange;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.yaml.Manifests;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The fields in which two objects differ")
class DifferencesTest {
    @DisplayName("are told by their path, and items of lists by what tells them apart")
    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(delimiter = '|', textBlock = """
        Deployment | {spec: {replicas: 1}} | {spec: {replicas: 2}} | spec.replicas: 1 -> 2
        Deployment | {metadata: {labels: {a.b/c: x}}} | {metadata: {labels: {a.b/c: y}}} | metadata.labels[a.b/c]: x -> y
        Deployment | {metadata: {labels: {a: x}}} | {metadata: {}} | metadata.labels.a: x -> (none)
        Deployment | {spec: {template: {spec: {containers: [{name: a, image: 'i:1'}, {name: b}]}}}} | {spec: {template: {spec: {containers: [{name: b}, {name: a, image: 'i:2'}]}}}} | spec.template.spec.containers[a].image: i:1 -> i:2
        Deployment | {spec: {template: {spec: {containers: [{name: a, env: [{name: A, value: '1'}]}]}}}} | {spec: {template: {spec: {containers: [{name: a, env: [{name: A, value: '1'}, {name: B, value: '2'}]}]}}}} | spec.template.spec.containers[a].env[B]: (none) -> value: 2
        Service | {spec: {ports: [{name: http, port: 80}]}} | {spec: {ports: [{name: http, port: 80, nodePort: 30000}]}} | spec.ports[80].nodePort: (none) -> 30000
        Deployment | {spec: {template: {spec: {containers: [{name: a, args: [x, y]}]}}}} | {spec: {template: {spec: {containers: [{name: a, args: [x, z]}]}}}} | spec.template.spec.containers[a].args: [x, y] -> [x, z]
        ConfigMap | {data: {a: "one\\ntwo"}} | {data: {a: "one\\nthree"}} | data.a line 2: two -> three
        Ingress | {spec: {rules: [{host: a, x: 1}]}} | {spec: {rules: [{host: a, x: 2}]}} | spec.rules[a].x: 1 -> 2
        Deployment | {spec: {n: 1}} | {spec: {n: 1.0}} |
        Deployment | {spec: {n: {}}} | {spec: {}} |
        Deployment | {status: {a: 1}, metadata: {resourceVersion: '1', generation: 1}} | {status: {a: 2}, metadata: {resourceVersion: '2', generation: 2}} |
        Deployment | {metadata: {labels: {app.kubernetes.io/managed-by: Helm}}} | {metadata: {}} |
        """)
    void paths(String kind, String before, String after, String expected) {
        assertThat(changes(kind, before, after, Veil.empty()))
                .map(FieldChange::toString)
                .isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @DisplayName("show no secret")
    @ParameterizedTest(name = "{0} {2}")
    @CsvSource(delimiter = '|', textBlock = """
        Secret | {data: {a: Zmlyc3Q=}} | {data: {a: c2Vjb25k}} | data.a: (hidden) -> (hidden)
        Secret | {} | {stringData: {a: second}} | stringData.a: (none) -> (hidden)
        Secret | {data: {a: Zmlyc3Q=}} | {} | data.a: (hidden) -> (none)
        Deployment | {spec: {template: {spec: {containers: [{name: a, env: [{name: DB_PASSWORD, value: first}]}]}}}} | {spec: {template: {spec: {containers: [{name: a, env: [{name: DB_PASSWORD, value: second}]}]}}}} | spec.template.spec.containers[a].env[DB_PASSWORD].value: (hidden) -> (hidden)
        ConfigMap | {data: {api-key: first}} | {data: {api-key: second}} | data.api-key: (hidden) -> (hidden)
        ConfigMap | {data: {url: 'x?token=first'}} | {data: {url: 'y?token=first'}} | data.url: x?token=(hidden) -> y?token=(hidden)
        ConfigMap | {data: {url: 'https://u:first1@h'}} | {data: {url: 'https://u:first1@i'}} | data.url: https://****@h -> https://****@i
        Deployment | {spec: {template: {spec: {volumes: [{name: v, secret: {secretName: first}}]}}}} | {spec: {template: {spec: {volumes: [{name: v, secret: {secretName: second}}]}}}} | spec.template.spec.volumes[v].secret.secretName: first -> second
        Deployment | {spec: {template: {spec: {containers: [{name: a}]}}}} | {spec: {template: {spec: {containers: [{name: a}, {name: b, env: [{name: API_TOKEN, value: second}]}]}}}} | spec.template.spec.containers[b]: (none) -> env: [API_TOKEN {value: (hidden)}]
        """)
    void secrets(String kind, String before, String after, String expected) {
        assertThat(changes(kind, before, after, Veil.empty()))
                .map(FieldChange::toString)
                .containsExactly(expected);
    }

    @Test
    @DisplayName("show nothing of what is in a Secret of the release, wherever it stands")
    void secretsElsewhere() {
        KubeObject secret = Manifests.parse("""
            {apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: Y2FuYXJ5LXZhbHVl}}""").objects().get(0);
        assertThat(changes(
                        "ConfigMap",
                        "{data: {line: plain}}",
                        "{data: {line: 'with canary-value in it and Y2FuYXJ5LXZhbHVl'}}",
                        Veil.over(List.of(secret))))
                .map(FieldChange::toString)
                .containsExactly("data.line: plain -> with (hidden) in it and (hidden)");
    }

    @Test
    @DisplayName("of values that are hidden in part still show that they differ")
    void hiddenDifference() {
        assertThat(changes("ConfigMap", "{data: {a: 'token=one'}}", "{data: {a: 'token=two'}}", Veil.empty()))
                .map(FieldChange::toString)
                .containsExactly("data.a: token=(hidden) -> token=(hidden) (changed)");
    }

    private static List<FieldChange> changes(String kind, String before, String after, Veil veil) {
        return Differences.between(kind, tree(before), tree(after)).stream()
                .map(difference -> Differences.shown(kind, difference, veil))
                .toList();
    }

    static Map<String, Object> tree(String yaml) {
        return Manifests.parseMap(yaml);
    }
}
