package dev.slipway.gke.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The text of a manifest")
class ManifestsTest {
    private static final String TWO = """
            ---
            # Source: a/templates/service.yaml
            apiVersion: v1
            kind: Service
            metadata:
              name: web
              namespace: ml
            ---
            # nothing here
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec: {replicas: 2}
            """;

    @Test
    @DisplayName("gives its objects in order, without the empty documents")
    void objects() {
        assertThat(Manifests.parse(TWO).objects())
                .extracting(KubeObject::toString)
                .containsExactly("Service/web", "Deployment/web");
        assertThat(Manifests.parse(TWO).objects().get(0).namespace()).contains("ml");
    }

    @Test
    @DisplayName("may be empty")
    void empty() {
        assertThat(Manifests.parse("").objects()).isEmpty();
        assertThat(Manifests.parse("---\n# only a comment\n").objects()).isEmpty();
    }

    @Test
    @DisplayName("is the same manifest in another order, spacing and style, and another one with another value")
    void same() {
        Manifest one = Manifests.parse(TWO);
        assertThat(one.sameAs(Manifests.parse(
                        "{apiVersion: apps/v1, kind: Deployment, spec: {'replicas': 2}, metadata: {name: 'web'}}\n---\n"
                                + "{apiVersion: v1, kind: Service, metadata: {namespace: ml, name: web}}")))
                .isTrue();
        assertThat(one.sameAs(Manifests.parse(TWO.replace("replicas: 2", "replicas: 3"))))
                .isFalse();
    }

    @Test
    @DisplayName("has its lists replaced by what they hold")
    void lists() {
        Manifest manifest = Manifests.parse("""
                apiVersion: v1
                kind: List
                items:
                  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
                  - apiVersion: v1
                    kind: ConfigMapList
                    items: [{apiVersion: v1, kind: ConfigMap, metadata: {generateName: b-}}]
                """);
        assertThat(manifest.objects()).extracting(KubeObject::toString).containsExactly("ConfigMap/a", "ConfigMap/b-");
    }

    @Test
    @DisplayName("is read as Kubernetes reads it: YAML 1.1, merge keys, keys and timestamps as strings")
    void semantics() {
        Map<String, Object> data = Manifests.parseMap("""
                base: &base {a: on, 8080: 0644}
                more: {<<: *base, when: 2026-01-02, quoted: "1e3", plain: 1e3, none: }
                """);
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("a", true);
        more.put("8080", 420);
        more.put("when", "2026-01-02");
        more.put("quoted", "1e3");
        more.put("plain", 1000.0);
        more.put("none", null);
        assertThat(data.get("more")).isEqualTo(more);
    }

    @Test
    @DisplayName("is refused by its line if it is no YAML, and its content is not repeated")
    void broken() {
        assertThatThrownBy(() -> Manifests.parse("a: b\npassword: hunter2: x\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 2: ")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> Manifests.parse("apiVersion: v1\nmetadata: {name: x}"))
                .hasMessage("document 1 has no kind, so it is no Kubernetes object");
        assertThatThrownBy(() -> Manifests.parse(TWO + "\n---\n- a\n"))
                .hasMessage("document 4 is a list where a map was expected");
        assertThatThrownBy(() -> Manifests.parse("!!java.net.URL [http://localhost]"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("cannot blow up: aliases are paid for, depth and recursion have an end")
    void bombs() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(String.join(",", List.of(alias, alias, alias, alias, alias, alias, alias, alias)));
            bomb.append("]\n");
        }
        assertThatThrownBy(() -> Manifests.parse(bomb.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("aliases");
        assertThatThrownBy(() -> Manifests.parse("a: &a [*a]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nested more than");
        assertThatThrownBy(() -> Manifests.parse("[".repeat(5000))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("is written so that every string stays a string, and is read back the same")
    void written() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("on", "yes");
        tree.put("number", "1e3");
        tree.put("octal", "0o17");
        tree.put("count", 3);
        tree.put("share", 0.5);
        tree.put("flag", false);
        tree.put("nothing", null);
        tree.put("text", "two\nlines: \"quoted\" # no comment {{ .Values.x }} é");
        Map<String, Object> shared = Map.of("k", "v");
        tree.put("nested", Map.of("list", Arrays.asList("a", 1, shared, shared)));
        String yaml = Manifests.toYaml(tree);
        assertThat(yaml).contains("\"number\": \"1e3\"").doesNotContain("&id", "!!");
        assertThat(Manifests.parseMap(yaml)).isEqualTo(tree);
    }

    @Test
    @DisplayName("that is no YAML is told by its line and problem, and not quoted, nor is the library's own message")
    void notQuoted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Manifests.parseMap("a: 1\npassword: [canary\n}"))
                .withMessageContaining("line ")
                .withMessageNotContaining("canary")
                .withNoCause();
    }
}
