package dev.slipway.gke.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.port.Pause;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * The API server of one connection. Reads are repeated when the server is away for a moment; a refused credential is renewed
 * once; everything else that goes wrong comes out as a {@link DeployFailure}. Thread safe.
 */
final class KubeApi implements AutoCloseable {
    private static final String JSON = "application/json";
    /** Objects without their content, for those who only ask whether they exist. */
    private static final String METADATA =
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    private static final String METADATA_LIST =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration TRANSFER = Duration.ofSeconds(30);
    private static final Duration HASTY_CONNECT = Duration.ofSeconds(2);
    private static final Duration HASTY_CALL = Duration.ofSeconds(6);
    /** Waits between the attempts at a read: together long enough for an API server behind a load balancer to be replaced. */
    private static final List<Duration> BACKOFF = List.of(
            Duration.ofMillis(200),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4));

    /** For those who ask again by themselves. */
    private static final List<Duration> SHORT_BACKOFF = List.of(Duration.ofMillis(200), Duration.ofMillis(500));

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Set<Integer> PASSING = Set.of(429, 500, 502, 503, 504);
    private static final int PAGE = 50;

    private final Connection connection;
    private final HttpUrl base;
    private final OkHttpClient http;
    private final UserCredentials credentials;
    private final FailureTranslator failures;
    private final Pause pause;
    private final Clock clock;
    private final RestMapping mapping;
    private final ExecutorService calls;
    private final List<Duration> backoff;
    private @Nullable KubeApi hasty;

    KubeApi(Connection connection, Pause pause, Clock clock) {
        this(connection, pause, clock, null);
    }

    /** @param live what keeps the connection's token file fresh, if this build does */
    KubeApi(Connection connection, Pause pause, Clock clock, @Nullable TokenFile live) {
        this.connection = connection;
        this.pause = pause;
        this.clock = clock;
        this.failures = new FailureTranslator(connection);
        Kubeconfig kubeconfig = Kubeconfig.read(connection.kubeconfig());
        this.base = HttpUrl.get(kubeconfig.server().toString().replaceAll("/+$", ""));
        this.credentials = UserCredentials.of(kubeconfig, connection.kubeconfig(), clock, live);
        this.http = client(kubeconfig, credentials);
        this.mapping = new RestMapping(this);
        this.backoff = BACKOFF;
        this.calls = threads();
    }

    private KubeApi(KubeApi patient, OkHttpClient http, List<Duration> backoff) {
        this.connection = patient.connection;
        this.pause = patient.pause;
        this.clock = patient.clock;
        this.failures = patient.failures;
        this.base = patient.base;
        this.credentials = patient.credentials;
        this.mapping = patient.mapping;
        this.calls = patient.calls;
        this.http = http;
        this.backoff = backoff;
    }

    /** {@return the same server for those who look again by themselves: says within seconds that it is away} */
    synchronized KubeApi hasty() {
        KubeApi known = hasty;
        if (known == null) {
            known = new KubeApi(
                    this,
                    http.newBuilder()
                            .connectTimeout(HASTY_CONNECT)
                            .callTimeout(HASTY_CALL)
                            .build(),
                    SHORT_BACKOFF);
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
        return found(path, read(url(path, Map.of()), JSON));
    }

    /** {@return the answer with the object at the path, which tells the server's time too; empty if there is none} */
    Optional<Reply> look(String path) {
        Reply reply = read(url(path, Map.of()), JSON);
        return found(path, reply).map(object -> reply);
    }

    /** {@return the object in an answer} */
    JsonNode parsed(Reply reply) {
        return parse("an object", reply);
    }

    /** {@return whether there is an object at the path} */
    boolean exists(String path) {
        return found(path, read(url(path, Map.of()), METADATA)).isPresent();
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
            reply = send("POST", url(path, Map.of()), object.toString(), JSON, Integer.MAX_VALUE);
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
            Reply reply = send("DELETE", url(path, Map.of()), "{}", JSON, Integer.MAX_VALUE);
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
        return written("changing " + path, path, repeated("PUT", url(path, Map.of()), object.toString(), JSON));
    }

    /** As {@link #replace}, but tried once: for what is only polite. */
    boolean replaceNow(String path, JsonNode object) {
        try {
            return send("PUT", url(path, Map.of()), object.toString(), JSON, Integer.MAX_VALUE)
                    .ok();
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
        Reply reply = repeated("DELETE", url(path, Map.of()), options, JSON);
        return reply.status() == 404 || written("deleting " + path, path, reply).isPresent();
    }

    /**
     * Opens a text that may go on for ever, such as a log that is followed. Close it to end it.
     *
     * @param query such as {@code follow}
     */
    InputStream stream(String path, Map<String, String> query) throws IOException {
        OkHttpClient endless = http.newBuilder()
                .readTimeout(Duration.ZERO)
                .callTimeout(Duration.ZERO)
                .build();
        Request.Builder request = new Request.Builder()
                .url(url(path, query))
                .header("Accept", "*/*")
                .header("User-Agent", "gke-maven-plugin");
        credentials.apply(request);
        Call call = endless.newCall(request.build());
        Response response = call.execute();
        if (!response.isSuccessful()) {
            try (response) {
                throw failures.of(
                        "reading " + path,
                        new Reply(response.code(), response.body().string(), retryAfter(response), Optional.empty()));
            }
        }
        return new FilterInputStream(response.body().byteStream()) {
            @Override
            public void close() {
                // Whoever reads it may be waiting in another thread, which closing alone would wait for.
                call.cancel();
            }
        };
    }

    /**
     * Reads a text, such as a log, once.
     *
     * @param query such as {@code tailLines}
     * @return empty if there is none
     * @throws IOException if nothing comes
     */
    Optional<String> text(String path, Map<String, String> query, int limit) throws IOException {
        Reply reply = send("GET", url(path, query), null, "*/*", limit);
        return reply.ok() ? Optional.of(reply.text()) : Optional.empty();
    }

    /**
     * Asks once, and gives back whatever comes.
     *
     * @param path may have a query
     * @param body JSON to post; a GET if it is null
     * @param limit how much of the answer to read, in bytes
     * @throws IOException if nothing comes; see {@link #passing}
     */
    Reply once(String path, @Nullable String body, int limit) throws IOException {
        return send(body == null ? "GET" : "POST", url(path, Map.of()), body, "*/*", limit);
    }

    /**
     * Asks for something that changes nothing, such as a dry run, and gives back whatever comes; repeated like a read.
     *
     * @param path may have a query
     * @param contentType of the body
     */
    Reply rehearse(String method, String path, String body, String contentType) {
        for (int attempt = 0; ; attempt++) {
            boolean last = attempt >= BACKOFF.size();
            Duration wait = last ? Duration.ZERO : BACKOFF.get(attempt);
            try {
                Reply reply = send(method, url(path, Map.of()), body, JSON, Integer.MAX_VALUE, contentType);
                if (last || !PASSING.contains(reply.status()) || hook(reply)) {
                    return reply;
                }
            } catch (IOException e) {
                if (last || !passing(e)) {
                    throw failures.of("trying out a change at " + path, e);
                }
            }
            pause(wait);
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
        calls.shutdownNow();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
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
            Reply reply = read(url(path, all), accept);
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

    private Reply read(HttpUrl url, String accept) {
        return repeated("GET", url, null, accept);
    }

    /** For what may be done twice without harm. */
    private Reply repeated(String method, HttpUrl url, @Nullable String body, String accept) {
        for (int attempt = 0; ; attempt++) {
            boolean last = attempt >= backoff.size();
            Duration wait = last ? Duration.ZERO : backoff.get(attempt);
            try {
                Reply reply = send(method, url, body, accept, Integer.MAX_VALUE);
                if (last || !PASSING.contains(reply.status())) {
                    return reply;
                }
                Duration asked = Duration.ofSeconds(reply.retryAfter());
                wait = asked.compareTo(wait) > 0 ? asked : wait;
            } catch (IOException e) {
                if (last || !passing(e)) {
                    throw failures.of((method.equals("GET") ? "reading " : "changing ") + url.encodedPath(), e);
                }
            }
            pause(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
        }
    }

    /** {@return whether it may be different in a moment} */
    static boolean passing(IOException e) {
        return !(e instanceof SSLException || e instanceof UnknownHostException)
                && !Thread.currentThread().isInterrupted();
    }

    private Reply send(String method, HttpUrl url, @Nullable String body, String accept, int limit) throws IOException {
        return send(method, url, body, accept, limit, JSON);
    }

    private Reply send(String method, HttpUrl url, @Nullable String body, String accept, int limit, String contentType)
            throws IOException {
        Reply reply = attempt(method, url, body, accept, limit, contentType);
        // The server has done nothing yet when it does not know who asks, so this is safe for writes too. A 401 that is
        // not in
        // the API server's own words is the answer of a service behind it.
        if (reply.status() == 401 && reply.words().isPresent() && credentials.renew()) {
            pause(BACKOFF.get(0));
            return attempt(method, url, body, accept, limit, contentType);
        }
        return reply;
    }

    private Reply attempt(
            String method, HttpUrl url, @Nullable String body, String accept, int limit, String contentType)
            throws IOException {
        Request.Builder request =
                new Request.Builder().url(url).header("Accept", accept).header("User-Agent", "gke-maven-plugin");
        credentials.apply(request);
        request.method(
                method,
                body == null
                        ? null
                        : RequestBody.create(body.getBytes(StandardCharsets.UTF_8), MediaType.get(contentType)));
        return await(http.newCall(request.build()), limit);
    }

    /** A thread that waits on a socket does not hear that it is interrupted; so another one waits there. */
    private Reply await(Call call, int limit) throws IOException {
        Future<Reply> answer = calls.submit(() -> answer(call, limit));
        try {
            return answer.get();
        } catch (InterruptedException e) {
            call.cancel();
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException unforeseen) {
                throw unforeseen;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
    }

    private static Reply answer(Call call, int limit) throws IOException {
        try (Response response = call.execute()) {
            ResponseBody content = response.body();
            try (InputStream stream = content.byteStream()) {
                byte[] bytes = limit == Integer.MAX_VALUE ? stream.readAllBytes() : stream.readNBytes(limit);
                return new Reply(
                        response.code(),
                        new String(bytes, StandardCharsets.UTF_8),
                        retryAfter(response),
                        Optional.ofNullable(response.headers().getInstant("Date")));
            }
        }
    }

    private static ExecutorService threads() {
        return Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "API server's answer");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static int retryAfter(Response response) {
        String header = response.header("Retry-After");
        return header != null && header.matches("[0-9]{1,5}") ? Integer.parseInt(header) : 0;
    }

    private void pause(Duration wait) {
        pause.upTo(wait, Deadline.in(wait, clock));
    }

    private HttpUrl url(String path, Map<String, String> query) {
        HttpUrl.Builder url =
                HttpUrl.get(base.toString().replaceAll("/+$", "") + path).newBuilder();
        query.forEach((name, value) -> {
            if (!value.isEmpty()) {
                url.addQueryParameter(name, value);
            }
        });
        return url.build();
    }

    private static OkHttpClient client(Kubeconfig kubeconfig, UserCredentials credentials) {
        JsonNode cluster = kubeconfig.cluster();
        OkHttpClient.Builder http = new OkHttpClient.Builder()
                .connectTimeout(CONNECT)
                .readTimeout(TRANSFER)
                .writeTimeout(TRANSFER)
                .callTimeout(TRANSFER.multipliedBy(2))
                // Finds out about a connection that is dead without saying so.
                .pingInterval(20, TimeUnit.SECONDS)
                // An API server does not redirect; a service behind it may, and that is its answer.
                .followRedirects(false)
                .followSslRedirects(false);
        if (cluster.hasNonNull("proxy-url")) {
            http.proxy(proxy(URI.create(cluster.path("proxy-url").asText())));
        }
        try {
            return new LeanApiClient(
                            http.build(),
                            authority(cluster),
                            !cluster.path("insecure-skip-tls-verify").asBoolean(),
                            cluster.path("tls-server-name").asText(),
                            credentials.keyManagers())
                    .getHttpClient();
        } catch (IOException | RuntimeException e) {
            throw new DeployFailure(
                    FailureCode.KUBECONFIG_UNUSABLE,
                    "The certificate authority of the context '" + kubeconfig.context() + "' cannot be used: "
                            + e.getClass().getSimpleName(),
                    kubeconfig.server().toString(),
                    "It has to be one or more certificates in PEM form",
                    e);
        }
    }

    private static Optional<byte[]> authority(JsonNode cluster) throws IOException {
        if (cluster.hasNonNull("certificate-authority-data")) {
            return Optional.of(Base64.getMimeDecoder()
                    .decode(cluster.path("certificate-authority-data").asText()));
        }
        if (cluster.hasNonNull("certificate-authority")) {
            return Optional.of(Files.readAllBytes(
                    Path.of(cluster.path("certificate-authority").asText())));
        }
        return Optional.empty();
    }

    private static Proxy proxy(URI url) {
        Proxy.Type type = String.valueOf(url.getScheme()).startsWith("socks") ? Proxy.Type.SOCKS : Proxy.Type.HTTP;
        int port = url.getPort() > 0 ? url.getPort() : type == Proxy.Type.SOCKS ? 1080 : 80;
        return new Proxy(type, InetSocketAddress.createUnresolved(url.getHost(), port));
    }
}
