package dev.slipway.gke.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Owner;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.RevisionRecord;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a lock and its records are written in a Lease. What somebody else has spoilt reads as not there. */
final class LeaseText {
    /** JSON of who holds the lock. */
    static final String OWNER = "slipway.dev/owner";

    /** JSON of what was noted of the revisions, the newest first. */
    static final String RECORDS = "slipway.dev/revisions";

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Kubernetes' MicroTime. */
    private static final DateTimeFormatter MICRO = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private LeaseText() {}

    static String name(ReleaseName release) {
        return "gke-deploy-" + release;
    }

    static ObjectNode fresh(Namespace namespace, ReleaseName release) {
        ObjectNode lease = JSON.createObjectNode();
        lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        lease.putObject("metadata")
                .put("name", name(release))
                .put("namespace", namespace.value())
                .putObject("labels")
                .put("app.kubernetes.io/managed-by", "gke-maven-plugin")
                .put("app.kubernetes.io/instance", release.value());
        return lease;
    }

    static void take(ObjectNode lease, Owner me, String identity, Instant now) {
        ObjectNode spec = spec(lease);
        int transitions = spec.path("leaseTransitions").asInt(-1) + 1;
        spec.put("holderIdentity", identity)
                .put("leaseDurationSeconds", (int) LeaseLock.LASTS.toSeconds())
                .put("acquireTime", MICRO.format(now))
                .put("renewTime", MICRO.format(now))
                .put("leaseTransitions", transitions);
        ObjectNode owner = JSON.createObjectNode();
        owner.put("who", me.who()).put("host", me.host()).put("pid", me.pid());
        me.commit().ifPresent(commit -> owner.put("commit", commit));
        me.run().ifPresent(run -> owner.put("run", run.toString()));
        ThisMachine.Program process = ThisMachine.process(me.pid());
        owner.put("machine", process.machine()).put("started", process.started());
        annotations(lease).put(OWNER, owner.toString());
    }

    static void renew(ObjectNode lease, Instant now) {
        spec(lease).put("renewTime", MICRO.format(now));
    }

    static void release(ObjectNode lease) {
        spec(lease).put("holderIdentity", "");
        annotations(lease).remove(OWNER);
    }

    static boolean heldBy(JsonNode lease, String identity) {
        return identity.equals(lease.path("spec").path("holderIdentity").asText());
    }

    /** {@return who holds it, dead or alive; empty if it is free} */
    static Optional<Holder> holder(JsonNode lease) {
        JsonNode spec = lease.path("spec");
        String identity = spec.path("holderIdentity").asText();
        if (identity.isEmpty()) {
            return Optional.empty();
        }
        JsonNode owner = owner(lease);
        Instant renewed = time(spec.path("renewTime")).orElse(Instant.EPOCH);
        return Optional.of(new Holder(
                new Owner(
                        owner.path("who").asText(identity),
                        owner.path("host").asText("an unknown machine"),
                        owner.path("pid").asLong(),
                        text(owner, "commit"),
                        text(owner, "run").flatMap(LeaseText::uri)),
                time(spec.path("acquireTime")).orElse(renewed),
                renewed));
    }

    /** {@return the holder's process, as its machine knows it} */
    static Optional<ThisMachine.Program> process(JsonNode lease) {
        JsonNode owner = owner(lease);
        return text(owner, "machine")
                .map(machine -> new ThisMachine.Program(
                        machine,
                        owner.path("pid").asLong(),
                        owner.path("started").asText()));
    }

    static Optional<Duration> lasts(JsonNode lease) {
        return Optional.of(lease.path("spec").path("leaseDurationSeconds").asInt())
                .filter(seconds -> seconds > 0)
                .map(Duration::ofSeconds);
    }

    /** {@return when it was changed last, by the API server's own clock} */
    static Optional<Instant> changed(JsonNode lease) {
        List<Instant> times = new ArrayList<>();
        lease.path("metadata")
                .path("managedFields")
                .forEach(entry -> time(entry.path("time")).ifPresent(times::add));
        return times.stream().max(Comparator.naturalOrder());
    }

    static String version(JsonNode lease) {
        return lease.path("metadata").path("resourceVersion").asText();
    }

    static String address(JsonNode lease) {
        JsonNode metadata = lease.path("metadata");
        return metadata.path("namespace").asText() + "/" + metadata.path("name").asText();
    }

    static List<RevisionRecord> records(JsonNode lease) {
        List<RevisionRecord> records = new ArrayList<>();
        for (JsonNode entry :
                parsed(lease.path("metadata").path("annotations").path(RECORDS).asText("[]"))) {
            record(entry).ifPresent(records::add);
        }
        records.sort(Comparator.comparingInt(RevisionRecord::revision).reversed());
        return List.copyOf(records);
    }

    /** Notes a revision in place of what was noted of it before; the oldest go when there are more than {@code keep}. */
    static void note(ObjectNode lease, RevisionRecord noted, int keep) {
        List<RevisionRecord> records = new ArrayList<>(records(lease));
        boolean begun = noted.state() == RevisionRecord.State.PENDING;
        // Helm counts on; so what was noted of later revisions, when one begins, is of a release that is gone.
        records.removeIf(
                record -> begun ? record.revision() >= noted.revision() : record.revision() == noted.revision());
        records.add(noted);
        records.sort(Comparator.comparingInt(RevisionRecord::revision).reversed());
        ArrayNode texts = JSON.createArrayNode();
        records.stream().limit(Math.max(1, keep)).map(LeaseText::json).forEach(texts::add);
        annotations(lease).put(RECORDS, texts.toString());
    }

    private static ObjectNode json(RevisionRecord record) {
        ObjectNode json = JSON.createObjectNode();
        json.put("revision", record.revision()).put("state", record.state().name());
        record.image().ifPresent(image -> json.put("image", image));
        record.commit().ifPresent(commit -> json.put("commit", commit));
        record.committedAt().ifPresent(at -> json.put("committedAt", at.toString()));
        json.put("inputs", record.inputs())
                .put("manifest", record.manifest())
                .put("who", record.who())
                .put("host", record.host());
        record.run().ifPresent(run -> json.put("run", run.toString()));
        return json.put("at", record.at().toString());
    }

    private static Optional<RevisionRecord> record(JsonNode json) {
        try {
            return Optional.of(new RevisionRecord(
                    json.path("revision").asInt(),
                    RevisionRecord.State.valueOf(json.path("state").asText()),
                    text(json, "image"),
                    text(json, "commit"),
                    time(json.path("committedAt")),
                    json.path("inputs").asText(),
                    json.path("manifest").asText(),
                    json.path("who").asText(),
                    json.path("host").asText(),
                    text(json, "run").flatMap(LeaseText::uri),
                    time(json.path("at")).orElse(Instant.EPOCH)));
        } catch (IllegalArgumentException spoilt) {
            return Optional.empty();
        }
    }

    private static JsonNode owner(JsonNode lease) {
        return parsed(lease.path("metadata").path("annotations").path(OWNER).asText("{}"));
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException spoilt) {
            return JSON.createObjectNode();
        }
    }

    private static ObjectNode spec(ObjectNode lease) {
        return lease.withObject("/spec");
    }

    private static ObjectNode annotations(ObjectNode lease) {
        return lease.withObject("/metadata").withObject("/annotations");
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.of(json.path(field).asText()).filter(text -> !text.isEmpty());
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(URI.create(text));
        } catch (IllegalArgumentException spoilt) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> time(JsonNode text) {
        try {
            return text.asText().isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text.asText()));
        } catch (DateTimeException spoilt) {
            return Optional.empty();
        }
    }
}
