package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.model.RolloutState.Cause;
import dev.slipway.gke.model.RolloutState.Phase;
import java.time.Duration;
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
                "no-volume     | preparing",
                "init-runs     | running init container fetch",
                "not-started   | model loading after 2 restarts",
                "not-ready     | model loading after 2 restarts",
                "not-found     | cannot get its image",
                "no-registry   | cannot get its image",
                "invalid-image | cannot get its image",
                "no-secret     | cannot be started",
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
                "not-found     | 0  | IMAGE_UNPULLABLE | cannot get its image localhost:5000/pause:does-not-exist: Back-off pulling image"
                        + " \"localhost:5000/pause:does-not-exist\": ErrImagePull: rpc error: code = NotFound desc = failed"
                        + " to pull and unpack image \"localhost:5000/pause:does-not-exist\": failed to resolve reference"
                        + " \"localhost:5000/pause:does-not-exist\": localhost:5000/pause:does-not-exist: not found",
                "no-registry   | 40 | IMAGE_UNPULLABLE | cannot get its image localhost:5999/pause:1: Back-off pulling image"
                        + " \"localhost:5999/pause:1\": ErrImagePull: failed to pull and unpack image"
                        + " \"localhost:5999/pause:1\": failed to resolve reference \"localhost:5999/pause:1\": failed to do"
                        + " request: Head \"http://localhost:5999/v2/pause/manifests/1\": dial tcp 127.0.0.1:5999: connect:"
                        + " connection refused",
                "invalid-image | 0  | IMAGE_UNPULLABLE | cannot get its image localhost:5000/PAUSE:1: Failed to apply default image tag"
                        + " \"localhost:5000/PAUSE:1\": couldn't parse image name \"localhost:5000/PAUSE:1\": invalid"
                        + " reference format: repository name (PAUSE) must be lowercase",
                "no-secret     | 15 | CANNOT_START | cannot be started: secret \"absent\" not found (CreateContainerConfigError)",
                "root          | 0  | CANNOT_START | cannot be started: container's runAsUser breaks non-root policy (pod:"
                        + " \"NAME_watch-fix(423a9bdd-5503-4bc6-8961-d81a0797e7f3)\", container: app)"
                        + " (CreateContainerConfigError)",
                "no-program    | 0  | CANNOT_START | cannot be started: failed to create containerd task: failed to create shim task:"
                        + " OCI runtime create failed: runc create failed: unable to start container process: exec:"
                        + " \"/no/such/program\": stat /no/such/program: no such file or directory: unknown"
                        + " (RunContainerError)",
                "start-error   | 0  | CANNOT_START | has crashed CRASHES times, the last time with exit code 128 (StartError): failed"
                        + " to create containerd task: failed to create shim task: OCI runtime create failed: runc create"
                        + " failed: unable to start container process: exec: \"/no/such/program\": stat"
                        + " /no/such/program: no such file or directory: unknown",
                "crash         | 0  | CRASH_LOOP | has crashed CRASHES times, the last time with exit code 1: Unrecognized VM option"
                        + " 'NoSuchFlag' Error: Could not create the Java Virtual Machine. Error: A fatal exception has"
                        + " occurred. Program will exit.",
                "crash-backoff-twice | 13 | CRASH_LOOP | has crashed 2 times, the last time with exit code 1",
                "crash-ended-thrice | 0 | CRASH_LOOP | has crashed 3 times, the last time with exit code 1",
                "restarted-by-probe | 0 | CRASH_LOOP | was started again 3 times, the last time with exit code 0 (Completed)",
                "oom           | 0  | OUT_OF_MEMORY | has crashed CRASHES times, the last time with exit code 137 (OOMKilled: it"
                        + " needs more memory than its limit of LIMIT)",
                "oom-twice     | 0  | OUT_OF_MEMORY | has crashed 2 times, the last time with exit code 137 (OOMKilled: it"
                        + " needs more memory than its limit of LIMIT)",
            })
    void trouble(String name, int patience, Cause cause, String sentence) {
        JsonNode pod = Fixtures.json("pods/" + name);
        Trouble trouble = PodDiagnosis.of(pod).trouble().orElseThrow();

        int crashes = pod.at("/status/containerStatuses/0/restartCount").asInt() + 1;
        String podName = pod.at("/metadata/name").asText();
        assertThat(trouble.sentence())
                .isEqualTo("Container app of pod " + podName + " "
                        + sentence.replace("CRASHES", String.valueOf(crashes))
                                .replace("NAME", podName)
                                .replace(
                                        "LIMIT",
                                        pod.at("/spec/containers/0/resources/limits/memory")
                                                .asText()));
        assertThat(trouble.patience()).isEqualTo(Duration.ofSeconds(patience));
        assertThat(trouble.cause()).isEqualTo(cause);
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("that no node takes it, with what it asks for, believed after a while")
    @CsvSource(
            delimiter = '|',
            value = {
                "unschedulable   | 0/1 nodes are available: 1 Insufficient cpu",
                "no-node-matches | 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector",
                "no-claim        | 0/1 nodes are available: persistentvolumeclaim \"absent\" not found",
            })
    void homeless(String name, String words) {
        PodDiagnosis diagnosis = diagnosis(name);

        Trouble trouble = diagnosis.trouble().orElseThrow();
        assertThat(trouble.sentence()).startsWith("No node can take pod ").endsWith(words);
        assertThat(trouble.cause()).isEqualTo(Cause.UNSCHEDULABLE);
        assertThat(trouble.patience()).isEqualTo(Duration.ofSeconds(15));
        assertThat(diagnosis.phase()).contains(Phase.SCHEDULING);
    }

    @ParameterizedTest
    @DisplayName("nothing stops a pod that only needs time, or has crashed where something else was not up yet")
    @CsvSource({
        "no-volume",
        "init-runs",
        "not-started",
        "not-ready",
        "ready",
        "oom-once",
        "crash-ended-twice",
        "crash-late"
    })
    void patience(String pod) {
        assertThat(diagnosis(pod).trouble()).isEmpty();
    }

    @Test
    @DisplayName("an init container that crashes is named")
    void init() {
        assertThat(diagnosis("init-crash").trouble().orElseThrow().sentence())
                .startsWith("Container fetch of pod initcrash-")
                .contains("has crashed 3 times, the last time with exit code 1");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @DisplayName("and what it waits for")
    @CsvSource({
        "unschedulable, SCHEDULING",
        "no-volume, PULLING",
        "not-found, PULLING",
        "no-secret, PULLING",
        "init-runs, STARTING",
        "not-started, STARTING",
        "crash, STARTING"
    })
    void phase(String pod, Phase phase) {
        assertThat(diagnosis(pod).phase()).contains(phase);
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
