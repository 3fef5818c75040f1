package dev.slipway.gke.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.model.FieldChange;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ObjectChange;
import dev.slipway.gke.model.Risk;
import dev.slipway.gke.model.TryOut;
import dev.slipway.gke.yaml.Manifests;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
    private static final Namespace DEV = new Namespace("dev");
    private static final String HELM =
            "- {manager: any-name, fieldsV1: {'f:metadata': {'f:annotations': {'f:meta.helm.sh/release-name': {}}}, "
                    + "'f:spec': {'f:replicas': {}}}}";

    @Nested
    @DisplayName("Drift")
    class Drift {
        @Test
        @DisplayName("is what a hand has changed, with whose")
        void byHand() {
            assertThat(drift(3, "- {manager: kubectl-edit, fieldsV1: {\"f:spec\": {\"f:replicas\": {}}}}"))
                    .containsExactly(new ObjectChange(
                            ObjectChange.Type.CHANGE,
                            "Thing/a",
                            List.of(new FieldChange("spec.replicas", Optional.of("2"), Optional.of("3"))),
                            Optional.of("kubectl-edit")));
        }

        @Test
        @DisplayName("is not what an autoscaler set")
        void autoscaler() {
            assertThat(
                            drift(
                                    3,
                                    "- {manager: kube-controller-manager, subresource: scale, fieldsV1: {\"f:spec\": {\"f:replicas\": {}}}}"))
                    .isEmpty();
        }

        @Test
        @DisplayName("is not what admission made of what Helm sent")
        void admission() {
            assertThat(drift(3, HELM)).isEmpty();
        }

        @Test
        @DisplayName("is an object that is gone, unless it goes by itself")
        void gone() {
            Manifest released = Manifests.parse("""
                {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
                ---
                {apiVersion: batch/v1, kind: Job, metadata: {name: b}, spec: {ttlSecondsAfterFinished: 60}}""");
            List<TryOut> tries = released.objects().stream()
                    .map(object -> new TryOut(object, Optional.empty(), new TryOut.Accepted(object.body())))
                    .toList();
            assertThat(new Comparison(DEV, Veil.empty(), released, tries).drift())
                    .containsExactly(new ObjectChange(ObjectChange.Type.REMOVE, "ConfigMap/a", List.of()));
        }

        private List<ObjectChange> drift(int live, String managers) {
            KubeObject object = thing("spec: {replicas: 2}");
            Map<String, Object> now = Manifests.parseMap("""
                apiVersion: example.com/v1
                kind: Thing
                metadata:
                  name: a
                  managedFields:
                  %s
                spec: {replicas: %d}""".formatted(managers.strip(), live));
            TryOut tried = new TryOut(object, Optional.of(now), new TryOut.Accepted(object.body()));
            return new Comparison(DEV, Veil.empty(), new Manifest(List.of(object)), List.of(tried)).drift();
        }
    }

    @Nested
    @DisplayName("A change")
    class Change {
        @Test
        @DisplayName("is what the release makes of what runs, without what it only puts right")
        void withoutDrift() {
            KubeObject released = thing("spec: {replicas: 2, image: old}");
            KubeObject asked = thing("spec: {replicas: 2, image: new}");
            Map<String, Object> live = thing("spec: {replicas: 3, image: old}").body();
            Comparison comparison = new Comparison(
                    DEV,
                    Veil.empty(),
                    new Manifest(List.of(released)),
                    List.of(new TryOut(released, Optional.of(live), new TryOut.Accepted(released.body()))));
            List<ObjectChange> changes = comparison.changes(
                    new Manifest(List.of(asked)),
                    List.of(new TryOut(asked, Optional.of(live), new TryOut.Accepted(asked.body()))));
            assertThat(comparison.drift())
                    .singleElement()
                    .satisfies(drift -> assertThat(drift.fields().toString()).contains("spec.replicas: 2 -> 3"));
            assertThat(changes)
                    .singleElement()
                    .satisfies(change -> assertThat(change.fields()).hasToString("[spec.image: old -> new]"));
        }

        @Test
        @DisplayName("adds what is new, and removes what is asked for no more, unless it is to be kept")
        void comesAndGoes() {
            Manifest before = Manifests.parse("""
                {apiVersion: v1, kind: ConfigMap, metadata: {name: goes}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: stays, annotations: {helm.sh/resource-policy: keep}}}""");
            Manifest after = Manifests.parse("{apiVersion: v1, kind: ConfigMap, metadata: {name: comes}}");
            Comparison comparison = new Comparison(DEV, Veil.empty(), before, alive(before));
            assertThat(comparison.changes(
                            after,
                            List.of(new TryOut(
                                    after.objects().get(0), Optional.empty(), new TryOut.Accepted(Map.of())))))
                    .map(change -> change.type() + " " + change.object())
                    .containsExactly("ADD ConfigMap/comes", "REMOVE ConfigMap/goes");
        }
    }

    @Nested
    @DisplayName("A risk")
    class RiskOf {
        @Test
        @DisplayName("is the address of a LoadBalancer that goes, and the data of a claim that goes")
        void losses() {
            Manifest before = Manifests.parse("""
                {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: LoadBalancer}, status: {loadBalancer: {ingress: [{ip: 10.0.0.9}]}}}
                ---
                {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}}""");
            Comparison comparison = new Comparison(DEV, Veil.empty(), before, alive(before));
            Manifest nothing = new Manifest(List.of());
            assertThat(Risks.losses(List.of(), comparison.removed(nothing), comparison))
                    .map(risk -> risk.kind() + " " + risk.object())
                    .containsExactly("ADDRESS_LOST Service/web", "CLAIM_DELETED PersistentVolumeClaim/data");
        }

        @DisplayName("is a refusal, and it is known which is for ever")
        @ParameterizedTest(name = "{1}")
        @CsvSource(delimiter = '|', textBlock = """
            422 | Deployment.apps "a" is invalid: spec.selector: Invalid value: {}: field is immutable | IMMUTABLE_FIELD
            422 | StatefulSet.apps "a" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden | IMMUTABLE_FIELD
            422 | RoleBinding "a" is invalid: roleRef: Invalid value: cannot change roleRef | IMMUTABLE_FIELD
            422 | Deployment.apps "a" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0 | REFUSED
            403 | admission webhook "x" denied the request: no | REFUSED
            """)
        void refusals(int status, String message, Risk.Kind kind) {
            TryOut tried = new TryOut(
                    thing("{}"), Optional.empty(), new TryOut.Refused(status, "Invalid", message, List.of()));
            assertThat(Risks.refusals(List.of(tried), Veil.empty()))
                    .containsExactly(new Risk(kind, "Thing/a", message));
        }

        @DisplayName("is a memory limit below what is used")
        @ParameterizedTest(name = "{0} to {1} at {2} MiB: {3}")
        @CsvSource({
            "256Mi, 128Mi, 200, true",
            "256Mi, 128Mi, 100, false",
            "256Mi, 512Mi, 1000, false",
            "'', 128Mi, 200, true",
            "1Gi, 0.1Gi, 200, true"
        })
        void memory(String before, String after, long used, boolean risky) {
            TryOut tried = new TryOut(thing("{}"), Optional.of(limited(before)), new TryOut.Accepted(limited(after)));
            assertThat(Risks.lowered(List.of(tried)).stream()
                            .anyMatch(lowered -> lowered.below(used << 20).isPresent()))
                    .isEqualTo(risky);
        }

        private static Map<String, Object> limited(String memory) {
            return Manifests.parseMap("{spec: {template: {spec: {containers: [{name: a, resources: {limits: %s}}]}}}}"
                    .formatted(memory.isEmpty() ? "{}" : "{memory: '" + memory + "'}"));
        }
    }

    private static KubeObject thing(String spec) {
        return Manifests.parse("apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n"
                        + (spec.startsWith("{") ? "" : spec))
                .objects()
                .get(0);
    }

    private static List<TryOut> alive(Manifest manifest) {
        return manifest.objects().stream()
                .map(object -> new TryOut(object, Optional.of(object.body()), new TryOut.Accepted(object.body())))
                .toList();
    }
}
