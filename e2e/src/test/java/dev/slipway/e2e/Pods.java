package dev.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** What the cluster says about the pods of a namespace while a test goes on, each state with the moment at which it was told. */
final class Pods implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Told(Instant at, JsonNode pod) {}

    private final Process kubectl;
    private final List<Told> told = new CopyOnWriteArrayList<>();

    private Pods(Process kubectl) {
        this.kubectl = kubectl;
        Thread ear = new Thread(this::listen, "pods");
        ear.setDaemon(true);
        ear.start();
    }

    /** Begins to listen. */
    static Pods of(Cluster cluster, String namespace) {
        Program program = cluster.kubectl("get", "pods", "-n", namespace, "--watch", "-o", "json");
        ProcessBuilder builder = new ProcessBuilder(program.command()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(program.environment());
        try {
            return new Pods(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return when the cluster first said that of a container of a pod} */
    Instant first(String what, Predicate<JsonNode> container) {
        return told.stream()
                .filter(one ->
                        one.pod().at("/status/containerStatuses").valueStream().anyMatch(container))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pod was ever " + what))
                .at();
    }

    private void listen() {
        try (MappingIterator<JsonNode> pods = JSON.readerFor(JsonNode.class).readValues(kubectl.getInputStream())) {
            while (pods.hasNextValue()) {
                told.add(new Told(Instant.now(), pods.nextValue()));
            }
        } catch (IOException e) {
            // Closed in the middle of an object: the test is over.
            return;
        }
    }

    @Override
    public void close() {
        kubectl.destroyForcibly();
    }
}
