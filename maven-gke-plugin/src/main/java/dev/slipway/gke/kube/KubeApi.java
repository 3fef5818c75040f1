package dev.slipway.gke.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.port.Pause;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The API server of one connection. Reads are repeated when the server is away for a moment; a refused credential is renewed
 * once; everything else that goes wrong comes out as a {@code DeployFailure}. Thread safe.
 */
final class KubeApi implements AutoCloseable {
    /** Objects without their content, for those who only ask whether they exist. */
    private static final String METADATA =
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    private static final String METADATA_LIST =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    private static final String JSON = "application/json";
    private static final int PAGE = 50;

    private final Connection connection;
    private final KubeHttp http;
    private final Attempts attempts;
    private final FailureTranslator failures;
    private final RestMapping mapping;
    private @Nullable KubeApi hasty;

    KubeApi(Connection connection, Pause pause, Clock clock) {
        this(connection, pause, clock, null);
    }

    /** @param live what keeps the connection's token file fresh, if this build does */
    KubeApi(Connection connection, Pause pause, Clock clock, @Nullable TokenFile live) {
        this.connection = connection;
        Kubeconfig kubeconfig = Kubeconfig.read(connection.kubeconfig());
        this.http = KubeHttp.to(kubeconfig, UserCredentials.of(kubeconfig, connection.kubeconfig(), clock, live));
        this.attempts = Attempts.patient(pause, clock);
        this.failures = new FailureTranslator(connection);
        this.mapping = new RestMapping(this);
    }

    private KubeApi(KubeApi patient) {
        this.connection = patient.connection;
        this.http = patient.http.hasty();
        this.attempts = patient.attempts.hasty();
        this.failures = patient.failures;
        this.mapping = patient.mapping;
    }

    /** {@return the same server for those who look again by themselves: says within seconds that it is away} */
    synchronized KubeApi hasty() {
        KubeApi known = hasty;
        if (known == null) {
            known = new KubeApi(this);
            hasty = known;
        }
        return known;
    }

    /** {@return the object at the path; fails if there is none} */
    JsonNode get(String path) {
        return find(path).orElseThrow(() -> failures.of("reading " + path, new Reply(404, "", 0)));
    }

    /** {@return the object at the path; empty if there is none} */
    Optional<JsonNode> find(String path) {
        return found(path, read(question(path)));
    }

    /** {@return the answer with the object at the path, which tells the server's time too; empty if there is none} */
    Optional<Reply> look(String path) {
        Reply reply = read(question(path));
        return found(path, reply).map(object -> reply);
    }

    /** {@return the object in an answer} */
    JsonNode parsed(Reply reply) {
        return parse("an object", reply);
    }

    /** {@return whether there is an object at the path} */
    boolean exists(String path) {
        return found(path, read(question(path).accepting(METADATA))).isPresent();
    }

    /** {@return the items of a list, all pages of it} */
    List<JsonNode> list(String path, String labelSelector) {
        return list(path, labelSelector, JSON);
    }

    /**
     * {@return the items of a list, all pages of it}
     *
     * @param query such as {@code fieldSelector}
     */
    List<JsonNode> list(String path, Map<String, String> query) {
        return list(path, query, JSON);
    }

    /** {@return how many items there are} */
    int count(String path, String labelSelector) {
        return list(path, labelSelector, METADATA_LIST).size();
    }

    /**
     * Creates an object.
     *
     * @return what the server made of it; empty if it is there already
     */
    Optional<JsonNode> create(String path, JsonNode object) {
        String doing = "creating something at " + path;
        Reply reply;
        try {
            reply = send(request("POST", path, object.toString()));
        } catch (IOException e) {
            throw failures.of(doing, e);
        }
        if (reply.status() == 409) {
            return Optional.empty();
        }
        if (!reply.ok()) {
            throw failures.of(doing, reply);
        }
        return Optional.of(parse(path, reply));
    }

    /** {@return the items of a list without their content: names and labels alone} */
    List<JsonNode> names(String path, String labelSelector) {
        return list(path, labelSelector, METADATA_LIST);
    }

    /** Deletes an object; does nothing if it is not there. */
    void delete(String path) {
        String doing = "deleting " + path;
        try {
            Reply reply = send(request("DELETE", path, "{}"));
            if (!reply.ok() && reply.status() != 404) {
                throw failures.of(doing, reply);
            }
        } catch (IOException e) {
            throw failures.of(doing, e);
        }
    }

    /**
     * Replaces an object, if nobody has changed it since it was read. Repeated when the server is away for a moment, so that a
     * refusal may also mean that an earlier attempt has come through: look at the object then.
     *
     * @param object with the {@code resourceVersion} that was read
     * @return what the server made of it; empty if somebody has changed it, or deleted it
     */
    Optional<JsonNode> replace(String path, JsonNode object) {
        String doing = "changing " + path;
        return written(doing, path, repeated(doing, request("PUT", path, object.toString())));
    }

    /** As {@link #replace}, but tried once: for what is only polite. */
    boolean replaceNow(String path, JsonNode object) {
        try {
            return send(request("PUT", path, object.toString())).ok();
        } catch (IOException e) {
            throw failures.of("changing " + path, e);
        }
    }

    /**
     * Deletes an object, if nobody has changed it since it was read.
     *
     * @param resourceVersion as it was read
     * @return whether it is gone; not if somebody has changed it
     */
    boolean delete(String path, String resourceVersion) {
        String options = Kubeconfig.node()
                .put("apiVersion", "v1")
                .put("kind", "DeleteOptions")
                .set("preconditions", Kubeconfig.node().put("resourceVersion", resourceVersion))
                .toString();
        String doing = "deleting " + path;
        Reply reply = repeated(doing, request("DELETE", path, options));
        return reply.status() == 404 || written(doing, path, reply).isPresent();
    }

    /**
     * Opens a text that may go on for ever, such as a log that is followed. Close it to end it.
     *
     * @param query such as {@code follow}
     */
    InputStream stream(String path, Map<String, String> query) throws IOException {
        return http.open(http.url(path, query), refusal -> failures.of("reading " + path, refusal));
    }

    /**
     * Reads a text, such as a log, once.
     *
     * @param query such as {@code tailLines}
     * @return empty if there is none
     * @throws IOException if nothing comes
     */
    Optional<String> text(String path, Map<String, String> query, int limit) throws IOException {
        Reply reply =
                send(KubeRequest.get(http.url(path, query)).accepting("*/*").atMost(limit));
        return reply.ok() ? Optional.of(reply.text()) : Optional.empty();
    }

    /**
     * Asks once, and gives back whatever comes.
     *
     * @param path may have a query
     * @param body JSON to post; a GET if it is null
     * @param limit how much of the answer to read, in bytes
     * @throws IOException if nothing comes; see {@link Attempts#passing}
     */
    Reply once(String path, @Nullable String body, int limit) throws IOException {
        return send((body == null ? question(path) : request("POST", path, body))
                .accepting("*/*")
                .atMost(limit));
    }

    /**
     * Asks for something that changes nothing, such as a dry run, and gives back whatever comes; repeated like a read.
     *
     * @param path may have a query
     * @param contentType of the body
     */
    Reply rehearse(String method, String path, String body, String contentType) {
        KubeRequest request = request(method, path, body).typed(contentType);
        try {
            return attempts.at(() -> send(request), KubeApi::hook);
        } catch (IOException e) {
            throw failures.of("trying out a change at " + path, e);
        }
    }

    /** A webhook that does not answer is waited for by the server already. */
    private static boolean hook(Reply reply) {
        return reply.words()
                .filter(words -> words.message().contains("webhook"))
                .isPresent();
    }

    RestMapping mapping() {
        return mapping;
    }

    FailureTranslator failures() {
        return failures;
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() {
        http.close();
    }

    private List<JsonNode> list(String path, String labelSelector, String accept) {
        return list(path, Map.of("labelSelector", labelSelector), accept);
    }

    private List<JsonNode> list(String path, Map<String, String> query, String accept) {
        List<JsonNode> items = new ArrayList<>();
        String next = "";
        while (true) {
            Map<String, String> all = new TreeMap<>(query);
            all.putIfAbsent("limit", String.valueOf(PAGE));
            all.put("continue", next);
            Reply reply = read(KubeRequest.get(http.url(path, all)).accepting(accept));
            if (reply.status() == 410 && !next.isEmpty()) {
                // The list is older than the server remembers: begin again.
                items.clear();
                next = "";
                continue;
            }
            Optional<JsonNode> page = found(path, reply);
            if (page.isEmpty()) {
                return List.of();
            }
            page.get().path("items").forEach(items::add);
            next = page.get().path("metadata").path("continue").asText();
            if (next.isEmpty()) {
                return items;
            }
        }
    }

    private Optional<JsonNode> found(String path, Reply reply) {
        if (reply.status() == 404) {
            return Optional.empty();
        }
        if (!reply.ok()) {
            throw failures.of("reading " + path, reply);
        }
        return Optional.of(parse(path, reply));
    }

    private JsonNode parse(String path, Reply reply) {
        try {
            return reply.json();
        } catch (JsonProcessingException e) {
            throw failures.of("reading " + path, e);
        }
    }

    private Optional<JsonNode> written(String doing, String path, Reply reply) {
        if (reply.status() == 404 || reply.status() == 409) {
            return Optional.empty();
        }
        if (!reply.ok()) {
            throw failures.of(doing, reply);
        }
        return Optional.of(parse(path, reply));
    }

    private KubeRequest question(String path) {
        return KubeRequest.get(http.url(path, Map.of()));
    }

    private KubeRequest request(String method, String path, String json) {
        return KubeRequest.of(method, http.url(path, Map.of()), json);
    }

    private Reply read(KubeRequest request) {
        return repeated("reading " + request.url().encodedPath(), request);
    }

    /** For what may be done twice without harm. */
    private Reply repeated(String doing, KubeRequest request) {
        try {
            return attempts.at(() -> send(request), reply -> false);
        } catch (IOException e) {
            throw failures.of(doing, e);
        }
    }

    private Reply send(KubeRequest request) throws IOException {
        // Safe for writes, too: a server that does not know who asks has done nothing yet. A 401 that is not in the API
        // server's own words is the answer of a service behind it.
        return attempts.again(
                () -> http.send(request),
                reply -> reply.status() == 401 && reply.words().isPresent() && http.renewCredential());
    }
}
