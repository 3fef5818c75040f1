package dev.slipway.gke.helm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final HttpServer server;
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
    private final String tag;
    private final String manifest;

    ChartRegistry(Path archive, String tag) throws IOException {
        this.tag = tag;
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
