package dev.slipway.gke.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A registry of this machine: serves the manifests that it was given, byte by byte, to clients that accept their media type, asks
 * for credentials in the three ways that registries do, and stumbles when told to.
 */
final class FakeRegistry implements AutoCloseable {
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    static final String USER = "robot";
    static final String PASSWORD = "p4ssw0rd-of-the-robot";

    enum Login {
        NONE,
        BASIC,
        BEARER
    }

    record Request(String method, String path, String accept, String authorization) {}

    /** What happens to one request instead of its answer. */
    record Fault(int status, Map<String, String> headers, Duration delay, boolean hangUp) {
        static Fault status(int status) {
            return new Fault(status, Map.of(), Duration.ZERO, false);
        }

        static Fault retryAfter(int status, String value) {
            return new Fault(status, Map.of("Retry-After", value), Duration.ZERO, false);
        }

        static Fault slow(Duration delay) {
            return new Fault(0, Map.of(), delay, false);
        }

        static Fault hangsUp() {
            return new Fault(0, Map.of(), Duration.ZERO, true);
        }
    }

    private record Stored(String mediaType, String text) {
        byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fake-registry");
        thread.setDaemon(true);
        return thread;
    });
    private final List<String> uploads = new CopyOnWriteArrayList<>();
    private final Map<String, Stored> manifests = new ConcurrentHashMap<>();
    private final Deque<Fault> faults = new ConcurrentLinkedDeque<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Login login = Login.NONE;
    private volatile String challenge = "";
    private volatile boolean tokenChallenges;
    private volatile boolean readable = true;
    private volatile boolean forEverybody;
    private volatile boolean digestHeader = true;
    private volatile @Nullable String wrongDigest;

    FakeRegistry() {
        try {
            server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** {@return host and port} */
    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Stores a manifest under a tag and under its digest, which is returned. */
    String push(String repository, String tag, String mediaType, String manifest) {
        byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
        String digest = sha256(bytes);
        manifests.put(repository + "/manifests/" + tag, new Stored(mediaType, manifest));
        manifests.put(repository + "/manifests/" + digest, new Stored(mediaType, manifest));
        return digest;
    }

    void login(Login way) {
        login = way;
        challenge = way == Login.BASIC
                ? "Basic realm=\"fake\""
                : "Bearer realm=\"http://" + host() + "/auth/token\",service=\"" + host()
                        + "\",scope=\"repository:acme/ml-service:pull\"";
    }

    void challenge(String text) {
        challenge = text;
    }

    /** The token endpoint answers a refused login with a challenge of its own, as some do. */
    void tokenEndpointChallenges() {
        tokenChallenges = true;
    }

    /** Nobody needs a name to read, but everybody a token, as at Docker Hub. */
    void forEverybody() {
        forEverybody = true;
    }

    /** Whoever logs in may not read. */
    void forbid() {
        readable = false;
    }

    void withoutDigestHeader() {
        digestHeader = false;
    }

    void lieAboutDigest(String digest) {
        wrongDigest = digest;
    }

    void next(Fault fault) {
        faults.add(fault);
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String accept = String.join(", ", exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        requests.add(new Request(exchange.getRequestMethod(), path, accept, authorization));
        try (exchange) {
            Fault fault = faults.poll();
            if (fault != null) {
                sleep(fault.delay());
                if (fault.hangUp()) {
                    return;
                }
                if (fault.status() != 0) {
                    fault.headers().forEach(exchange.getResponseHeaders()::set);
                    send(exchange, fault.status(), "text/plain", "planned".getBytes(StandardCharsets.UTF_8));
                    return;
                }
            }
            if (path.equals("/auth/token")) {
                token(exchange, authorization);
            } else {
                manifest(exchange, path, accept, authorization);
            }
        }
    }

    private void token(HttpExchange exchange, String authorization) throws IOException {
        boolean anonymous = authorization.equals("null");
        if (!anonymous && !authorization.equals(basic())) {
            if (tokenChallenges) {
                exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
            }
            error(exchange, 401, "UNAUTHORIZED");
            return;
        }
        String token = anonymous ? "anonymous-token" : "token-of-the-robot";
        send(
                exchange,
                200,
                "application/json",
                ("{\"token\":\"" + token + "\",\"expires_in\":300}").getBytes(StandardCharsets.UTF_8));
    }

    /** {@return the uploads that were begun and not taken back} */
    int uploads() {
        return uploads.size();
    }

    private void upload(HttpExchange exchange, String path) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            String session = path + "session-" + uploads.size();
            uploads.add(session);
            exchange.getResponseHeaders().set("Location", session);
            send(exchange, 202, "text/plain", new byte[0]);
        } else {
            send(exchange, uploads.remove(path) ? 204 : 404, "text/plain", new byte[0]);
        }
    }

    private void manifest(HttpExchange exchange, String path, String accept, String authorization) throws IOException {
        boolean in =
                switch (login) {
                    case NONE -> true;
                    case BASIC -> authorization.equals(basic());
                    case BEARER ->
                        authorization.equals("Bearer token-of-the-robot")
                                || (forEverybody && authorization.equals("Bearer anonymous-token"));
                };
        if (!in) {
            exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
            error(exchange, 401, "UNAUTHORIZED");
            return;
        }
        if (!readable) {
            error(exchange, 403, "DENIED");
            return;
        }
        if (path.contains("/blobs/uploads/")) {
            upload(exchange, path);
            return;
        }
        Stored stored = path.startsWith("/v2/") ? manifests.get(path.substring("/v2/".length())) : null;
        if (stored == null || !accept.contains(stored.mediaType())) {
            error(exchange, 404, "MANIFEST_UNKNOWN");
            return;
        }
        String wrong = wrongDigest;
        if (digestHeader) {
            exchange.getResponseHeaders().set("Docker-Content-Digest", wrong == null ? sha256(stored.bytes()) : wrong);
        }
        send(exchange, 200, stored.mediaType(), stored.bytes());
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        send(
                exchange,
                status,
                "application/json",
                ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"no\"}]}").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
