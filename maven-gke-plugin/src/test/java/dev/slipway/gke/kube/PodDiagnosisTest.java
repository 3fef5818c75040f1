package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What a pod is at")
class PodDiagnosisTest {

    @ParameterizedTest(name = "{0}: {1}")
    @DisplayName("in a few words")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "unschedulable | scheduling (0/1 nodes are available: 1 Insufficient cpu)",
                "no-volume     | starting",
                "init-runs     | running init container fetch",
                "not-started   | starting",
                "not-ready     | not ready yet",
                "not-found     | cannot get its image",
                "no-registry   | cannot get its image",
                "invalid-image | cannot get its image",
                "no-secret     | cannot be created",
                "crash         | crashing",
                "ready         | ''",
            })
    void detail(String pod, String words) {
        assertThat(diagnosis(pod).detail()).isEqualTo(words);
        assertThat(diagnosis(pod).ready()).isEqualTo(pod.equals("ready"));
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("what stops it, in the cluster's words, and whether that is certain")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "not-found     | true  | cannot get its image localhost:5000/pause:does-not-exist: Back-off pulling image"
                        + " \"localhost:5000/pause:does-not-exist\": ErrImagePull: rpc error: code = NotFound desc = failed"
                        + " to pull and unpack image \"localhost:5000/pause:does-not-exist\": failed to resolve reference"
                        + " \"localhost:5000/pause:does-not-exist\": localhost:5000/pause:does-not-exist: not found",
                "no-registry   | false | cannot get its image localhost:5999/pause:1: Back-off pulling image"
                        + " \"localhost:5999/pause:1\": ErrImagePull: failed to pull and unpack image"
                        + " \"localhost:5999/pause:1\": failed to resolve reference \"localhost:5999/pause:1\": failed to do"
                        + " request: Head \"http://localhost:5999/v2/pause/manifests/1\": dial tcp 127.0.0.1:5999: connect:"
                        + " connection refused",
                "invalid-image | true  | cannot get its image localhost:5000/PAUSE:1: Failed to apply default image tag"
                        + " \"localhost:5000/PAUSE:1\": couldn't parse image name \"localhost:5000/PAUSE:1\": invalid"
                        + " reference format: repository name (PAUSE) must be lowercase",
                "no-secret     | false | cannot be created: secret \"absent\" not found (CreateContainerConfigError)",
                "crash         | true  | has crashed CRASHES times, the last time with exit code 1: Unrecognized VM option"
                        + " 'NoSuchFlag' Error: Could not create the Java Virtual Machine. Error: A fatal exception has"
                        + " occurred. Program will exit.",
                "oom           | true  | has crashed CRASHES times, the last time with exit code 137 (OOMKilled: it needs"
                        + " more memory than its limit)",
                "start-error   | true  | has crashed CRASHES times, the last time with exit code 128 (StartError): failed"
                        + " to create containerd task: failed to create shim task: OCI runtime create failed: runc create"
                        + " failed: unable to start container process: exec: \"/no/such/program\": stat"
                        + " /no/such/program: no such file or directory: unknown",
            })
    void trouble(String name, boolean certain, String sentence) {
        JsonNode pod = Fixtures.json("pods/" + name);
        PodDiagnosis.Trouble trouble = PodDiagnosis.of(pod).trouble().orElseThrow();

        int crashes = pod.at("/status/containerStatuses/0/restartCount").asInt() + 1;
        assertThat(trouble.sentence())
                .isEqualTo("Container app of pod " + pod.at("/metadata/name").asText() + " "
                        + sentence.replace("CRASHES", String.valueOf(crashes)));
        assertThat(trouble.certain()).isEqualTo(certain);
    }

    @ParameterizedTest
    @DisplayName("nothing stops a pod that only needs time")
    @CsvSource({"unschedulable", "no-volume", "init-runs", "not-started", "not-ready", "ready"})
    void patience(String pod) {
        assertThat(diagnosis(pod).trouble()).isEmpty();
    }

    @Test
    @DisplayName("two crashes are not yet a loop")
    void twoCrashes() {
        ObjectNode pod = Fixtures.json("pods/crash").deepCopy();
        ((ObjectNode) pod.at("/status/containerStatuses/0")).put("restartCount", 2);

        assertThat(PodDiagnosis.of(pod).trouble()).isEmpty();
        assertThat(PodDiagnosis.of(pod).detail()).isEqualTo("crashed 3 times");
    }

    @Test
    @DisplayName("a pod that was just created is being scheduled")
    void created() {
        PodDiagnosis diagnosis =
                PodDiagnosis.of(Fixtures.parse("{\"metadata\":{\"name\":\"new\"},\"status\":{\"phase\":\"Pending\"}}"));

        assertThat(diagnosis.detail()).isEqualTo("scheduling");
        assertThat(diagnosis.trouble()).isEmpty();
    }

    @Test
    @DisplayName("a pod with its sandbox ready that waits for its container pulls the image")
    void pulling() {
        ObjectNode pod = Fixtures.json("pods/no-volume").deepCopy();
        pod.at("/status/conditions").forEach(condition -> {
            if (condition.path("type").asText().equals("PodReadyToStartContainers")) {
                ((ObjectNode) condition).put("status", "True");
            }
        });

        assertThat(PodDiagnosis.of(pod).detail()).isEqualTo("pulling image");
    }

    @Test
    @DisplayName("a pod that is being deleted is stopping, whatever it suffers from")
    void stopping() {
        ObjectNode pod = Fixtures.json("pods/crash").deepCopy();
        ((ObjectNode) pod.path("metadata")).put("deletionTimestamp", "2026-11-23T08:40:00Z");

        assertThat(PodDiagnosis.of(pod).detail()).isEqualTo("stopping");
        assertThat(PodDiagnosis.of(pod).trouble()).isEmpty();
    }

    private static PodDiagnosis diagnosis(String pod) {
        return PodDiagnosis.of(Fixtures.json("pods/" + pod));
    }
}
