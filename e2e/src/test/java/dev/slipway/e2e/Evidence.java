package dev.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/** What a person wants to see first when a test failed: Maven's log, the cluster's logs, the pods. */
final class Evidence {
    private Evidence() {}

    /** Collects it into a folder of {@code e2e/target/evidence/}. What cannot be had is left out: the failure itself matters more. */
    static void collect(Workshop workshop, String name) {
        Path folder = workshop.evidence().resolve(name);
        try {
            Files.createDirectories(folder);
            lastLog(workshop.logs(), folder);
            write(
                    folder.resolve("local-cluster.log"),
                    Program.of(workshop.source().resolve("local-cluster/logs").toString()));
            write(
                    folder.resolve("local-cluster-status.txt"),
                    Program.of(workshop.source().resolve("local-cluster/status").toString()));
            Cluster cluster = workshop.clusterIfKnown();
            if (cluster != null) {
                pods(cluster, folder);
            }
            Narrator.say("    evidence in " + workshop.source().relativize(folder));
        } catch (IOException | RuntimeException | AssertionError e) {
            Narrator.say("    evidence is not complete: " + e);
        }
    }

    private static void pods(Cluster cluster, Path folder) throws IOException {
        write(
                folder.resolve("objects.txt"),
                cluster.kubectl("get", "all,ingress,hpa,pdb,serviceaccounts", "-A", "-o", "wide"));
        write(folder.resolve("events.txt"), cluster.kubectl("get", "events", "-A", "--sort-by=.lastTimestamp"));
        write(folder.resolve("pods.txt"), cluster.kubectl("describe", "pods", "-A"));
        for (JsonNode pod : cluster.get("pods", "-A").path("items")) {
            String namespace = pod.at("/metadata/namespace").asText();
            String name = pod.at("/metadata/name").asText();
            Program logs = cluster.kubectl("logs", "-n", namespace, name, "--all-containers", "--tail=500");
            write(folder.resolve("pod-" + namespace + "-" + name + ".log"), logs);
            if (pod.at("/status/containerStatuses/0/restartCount").asInt() > 0) {
                write(folder.resolve("pod-" + namespace + "-" + name + "-previous.log"), logs.and("--previous"));
            }
        }
    }

    private static void lastLog(Path logs, Path folder) throws IOException {
        if (!Files.exists(logs)) {
            return;
        }
        try (Stream<Path> files = Files.list(logs)) {
            Path last = files.max(Comparator.comparing(Path::getFileName)).orElse(null);
            if (last != null) {
                Files.copy(last, folder.resolve("maven.log"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void write(Path file, Program program) throws IOException {
        Files.writeString(file, program.within(Duration.ofMinutes(1)).run().text());
    }
}
