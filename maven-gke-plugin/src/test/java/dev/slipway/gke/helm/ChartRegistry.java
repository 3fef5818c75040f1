package dev.slipway.gke.helm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A registry on this machine that holds one chart, {@code charts/beacon}, as {@code helm push} would have put it there. */
final class ChartRegistry implements AutoCloseable {
    static final String PASSWORD = "canary-of-the-registry";
    static final RegistryCredentials ACCOUNT = new RegistryCredentials("robot", new Secret(PASSWORD));

    /** How it wants to be told who asks. */
    enum Login {
        NONE,
        BASIC,
        BEARER
    }

    private static final String TOKEN = "token-of-the-robot";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final HttpServer server;
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
    private final String tag;
    private final String manifest;
    private final Login login;
    private volatile boolean loggedIn;

    /** One that gives its chart to anybody. */
    ChartRegistry(Path archive, String tag) throws IOException {
        this(archive, tag, Login.NONE);
    }

    ChartRegistry(Path archive, String tag, Login login) throws IOException {
        this.tag = tag;
        this.login = login;
        byte[] config = "{\"name\":\"beacon\",\"version\":\"%s\",\"apiVersion\":\"v2\"}"
                .formatted(tag)
                .getBytes(StandardCharsets.UTF_8);
        byte[] content = Files.readAllBytes(archive);
        byte[] manifest = """
                {"schemaVersion":2,"mediaType":"%s",
                "config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"%s","size":%d},
                "layers":[{"mediaType":"application/vnd.cncf.helm.chart.content.v1.tar+gzip","digest":"%s","size":%d}]}
                """.formatted(MANIFEST, digest(config), config.length, digest(content), content.length)
                .getBytes(StandardCharsets.UTF_8);
        this.manifest = digest(manifest);
        answers.put("/v2/charts/beacon/manifests/" + tag, manifest);
        answers.put("/v2/charts/beacon/manifests/" + digest(manifest), manifest);
        answers.put("/v2/charts/beacon/blobs/" + digest(config), config);
        answers.put("/v2/charts/beacon/blobs/" + digest(content), content);
        answers.put(
                "/v2/charts/beacon/tags/list",
                "{\"name\":\"charts/beacon\",\"tags\":[\"%s\"]}".formatted(tag).getBytes(StandardCharsets.UTF_8));
        answers.put("/v2/", new byte[] {'{', '}'});
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** {@return the chart's reference in a place of this registry} */
    String reference(String path) {
        return "oci://127.0.0.1:" + server.getAddress().getPort() + "/" + path + ":" + tag;
    }

    /** {@return host and port} */
    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** {@return whether somebody has come with the right account} */
    boolean loggedIn() {
        return loggedIn;
    }

    /** {@return the chart's reference by digest} */
    String pinned() {
        return "oci://127.0.0.1:" + server.getAddress().getPort() + "/charts/beacon@" + manifest;
    }

    /** From now on the chart is another, under every name that it had. */
    void tamper() {
        answers.replaceAll((path, content) -> {
            byte[] other = content.clone();
            if (content.length > 2 && content[0] == 0x1f) {
                other[content.length / 2] ^= 1;
            }
            return other;
        });
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            boolean account = authorization.equals("Basic " + RegistryLogin.encoded(ACCOUNT));
            if (path.equals("/token")) {
                send(exchange, account ? 200 : 401, "{\"token\":\"" + TOKEN + "\"}");
                return;
            }
            if (login != Login.NONE && !(login == Login.BASIC ? account : authorization.equals("Bearer " + TOKEN))) {
                exchange.getResponseHeaders()
                        .set(
                                "WWW-Authenticate",
                                login == Login.BASIC
                                        ? "Basic realm=\"charts\""
                                        : "Bearer realm=\"http://" + host() + "/token\",service=\"charts\"");
                send(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"log in\"}]}");
                return;
            }
            loggedIn = true;
            byte[] body = answers.get(path);
            if (body == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders()
                    .set("Content-Type", path.contains("/manifests/") ? MANIFEST : "application/octet-stream");
            exchange.getResponseHeaders().set("Docker-Content-Digest", digest(body));
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
        if (!exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseBody().write(body);
        }
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
