package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Leases as an API server keeps them: with versions, so that of two writers one is refused, and with the time of the last change. */
final class FakeLeases {
    static final String PATH = "/apis/coordination.k8s.io/";

    /** The Leases, by path. */
    final Map<String, ObjectNode> leases = new HashMap<>();
    /** Is nobody to be answered? */
    volatile boolean away;
    /** How old the last change of every Lease looks, in seconds. */
    volatile long age;

    private int version;

    FakeApiServer.Given answer(FakeApiServer.Received request) {
        String path = request.line().replaceFirst("^[A-Z]+ ", "").replaceFirst("\\?.*", "");
        if (away) {
            return given(503, FakeApiServer.status("ServiceUnavailable", "away"));
        }
        return switch (request.line().replaceFirst(" .*", "")) {
            case "GET" -> leases.containsKey(path) ? given(200, shown(path)) : missing();
            case "POST" -> create(path, (ObjectNode) Fixtures.parse(request.body()));
            case "PUT" -> replace(path, (ObjectNode) Fixtures.parse(request.body()));
            case "DELETE" -> delete(path, Fixtures.parse(request.body()));
            default -> given(405, "");
        };
    }

    private FakeApiServer.Given create(String path, ObjectNode lease) {
        String item = path + "/" + lease.path("metadata").path("name").asText();
        return leases.containsKey(item) ? conflict("AlreadyExists") : stored(item, lease);
    }

    private FakeApiServer.Given replace(String path, ObjectNode lease) {
        ObjectNode before = leases.get(path);
        if (before == null) {
            return missing();
        }
        return version(before).equals(version(lease)) ? stored(path, lease) : conflict("Conflict");
    }

    private FakeApiServer.Given delete(String path, JsonNode options) {
        ObjectNode before = leases.get(path);
        if (before == null) {
            return missing();
        }
        String wanted = options.path("preconditions").path("resourceVersion").asText();
        if (!wanted.isEmpty() && !wanted.equals(version(before))) {
            return conflict("Conflict");
        }
        leases.remove(path);
        return given(200, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}");
    }

    private FakeApiServer.Given stored(String path, ObjectNode lease) {
        lease.withObject("/metadata").put("resourceVersion", Integer.toString(++version));
        leases.put(path, lease.deepCopy());
        age = 0;
        return given(200, shown(path));
    }

    private String shown(String path) {
        ObjectNode lease = Objects.requireNonNull(leases.get(path)).deepCopy();
        lease.withObject("/metadata")
                .putArray("managedFields")
                .addObject()
                .put(
                        "time",
                        Instant.now()
                                .minusSeconds(age)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString());
        return lease.toString();
    }

    private static String version(JsonNode lease) {
        return lease.path("metadata").path("resourceVersion").asText();
    }

    private static FakeApiServer.Given missing() {
        return given(404, FakeApiServer.status("NotFound", "no such lease"));
    }

    private static FakeApiServer.Given conflict(String reason) {
        return given(409, FakeApiServer.status(reason, "somebody was faster"));
    }

    private static FakeApiServer.Given given(int status, String body) {
        return new FakeApiServer.Given(status, body, Map.of());
    }
}
