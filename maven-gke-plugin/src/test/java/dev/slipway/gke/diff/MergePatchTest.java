package dev.slipway.gke.diff;

import static dev.slipway.gke.diff.DifferencesTest.tree;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The patch to a manifest")
class MergePatchTest {
    @DisplayName("says all of it, and takes away what the one before said")
    @ParameterizedTest(name = "{0}: {1} then {2} over {3}")
    @CsvSource(delimiter = '|', textBlock = """
        ConfigMap | true | {data: {a: x, b: y}} | {data: {a: z}} | {} | {data: {a: z, b: null}}
        Service | true | {spec: {ports: [{name: h, port: 80}]}} | {spec: {ports: [{name: h, port: 8080}]}} | {} | {spec: {ports: [{name: h, port: 8080}, {$patch: delete, port: 80}]}}
        Gadget | false | {spec: {ports: [{name: h, port: 80}]}} | {spec: {ports: [{name: h, port: 8080}]}} | {} | {spec: {ports: [{name: h, port: 8080}]}}
        Deployment | true | {spec: {template: {spec: {containers: [{name: a, env: [{name: A, value: x}]}]}}}} | {spec: {template: {spec: {containers: [{name: a, env: [{name: A, valueFrom: {b: c}}]}]}}}} | {} | {spec: {template: {spec: {containers: [{name: a, env: [{name: A, valueFrom: {b: c}, value: null}]}]}}}}
        Deployment | true | {spec: {strategy: {type: RollingUpdate}}} | {spec: {strategy: {type: Recreate}}} | {spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}} | {spec: {strategy: {type: Recreate, $retainKeys: [type]}}}
        Deployment | true | {spec: {strategy: {type: RollingUpdate}}} | {spec: {strategy: {type: RollingUpdate}}} | {spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}} | {spec: {strategy: {type: RollingUpdate}}}
        Deployment | true | {spec: {template: {spec: {volumes: [{name: v, emptyDir: {}}]}}}} | {spec: {template: {spec: {volumes: [{name: v, configMap: {name: c}}]}}}} | {spec: {template: {spec: {volumes: [{name: v, emptyDir: {}}]}}}} | {spec: {template: {spec: {volumes: [{name: v, configMap: {name: c}, emptyDir: null, $retainKeys: [name, configMap]}]}}}}
        Deployment | true | {spec: {template: {spec: {tolerations: [{key: a}]}}}} | {spec: {template: {spec: {tolerations: [{key: b}]}}}} | {} | {spec: {template: {spec: {tolerations: [{key: b}]}}}}
        """)
    void patches(String kind, boolean strategic, String before, String after, String live, String expected) {
        assertThat(MergePatch.of(kind, strategic, tree(before), tree(after), tree(live)))
                .isEqualTo(tree(expected));
    }
}
