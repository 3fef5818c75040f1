package dev.slipway.gke.kube;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.slipway.gke.model.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An API server's wire: real TLS with an authority of its own, and answers that a test has laid down. */
final class FakeApiServer implements AutoCloseable {
    /** What came in: {@code GET /path?query}. */
    record Received(String line, String authorization, String contentType, String body) {}

    record Given(int status, String body, Map<String, String> headers) {}

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Identity identity;
    private final Map<String, Deque<Given>> answers = new ConcurrentHashMap<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Map<String, Function<Received, Given>> behaviours = new ConcurrentHashMap<>();
    private volatile String token = "";

    FakeApiServer(Identity identity) throws IOException {
        this.identity = identity;
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity.context()));
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    String authority() {
        return identity.pem();
    }

    List<Received> received() {
        return received;
    }

    List<String> lines() {
        return received.stream().map(Received::line).toList();
    }

    /** Lays down the next answer for a method and path; the last one laid down is given for ever. */
    FakeApiServer answers(String methodAndPath, int status, String body) {
        return answers(methodAndPath, status, body, Map.of());
    }

    FakeApiServer answers(String methodAndPath, int status, String body, Map<String, String> headers) {
        answers.computeIfAbsent(methodAndPath, key -> new ArrayDeque<>()).add(new Given(status, body, headers));
        return this;
    }

    /** From now on everything whose path begins so is answered by the function. */
    FakeApiServer behaves(String path, Function<Received, Given> behaviour) {
        behaviours.put(path, behaviour);
        return this;
    }

    /** From now on nobody is let in but with this token. */
    void demands(String bearer) {
        token = bearer;
    }

    /** A connection to it, as if a door had opened it. */
    Connection connection(Path folder, String userYaml) {
        return connection(folder, userYaml, authority());
    }

    Connection connection(Path folder, String userYaml, String authority) {
        Path file = folder.resolve("kubeconfig-" + System.nanoTime() + ".yaml");
        try {
            Files.writeString(file, """
                apiVersion: v1
                kind: Config
                current-context: fake
                contexts: [{name: fake, context: {cluster: fake, user: fake}}]
                clusters: [{name: fake, cluster: {server: '%s', certificate-authority-data: %s}}]
                users: [{name: fake, user: %s}]
                """.formatted(
                    uri(), Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8)), userYaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Connection("fake", uri(), file);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            Received request = new Received(
                    line,
                    authorization,
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            received.add(request);
            Given given = next(request);
            byte[] body = given.body().getBytes(StandardCharsets.UTF_8);
            given.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(given.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized Given next(Received request) {
        String line = request.line();
        String authorization = request.authorization();
        if (!token.isEmpty() && !authorization.equals("Bearer " + token)) {
            return new Given(401, status("Unauthorized", "Unauthorized"), Map.of());
        }
        String path = line.replaceFirst("^[A-Z]+ ", "");
        for (Map.Entry<String, Function<Received, Given>> behaviour : behaviours.entrySet()) {
            if (path.startsWith(behaviour.getKey())) {
                return behaviour.getValue().apply(request);
            }
        }
        Deque<Given> laidDown = answers.get(line);
        if (laidDown == null) {
            laidDown = answers.get(line.replaceAll("\\?.*", ""));
        }
        if (laidDown == null) {
            return new Given(404, status("NotFound", "nothing at " + line), Map.of());
        }
        Given given = laidDown.size() > 1 ? laidDown.remove() : laidDown.peek();
        if (given == null) {
            throw new IllegalStateException("no answer for " + line);
        }
        return given;
    }

    static String status(String reason, String message) {
        return """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","reason":"%s","message":"%s"}""".formatted(reason, message.replace("\"", "\\\""));
    }

    /** A key pair and its self-signed certificate for 127.0.0.1, or for another name, made by the JDK's own keytool. */
    record Identity(SSLContext context, String pem) {
        /** Making one takes keytool a second, so the tests share it. */
        private static @Nullable Identity shared;

        /** {@return the one for 127.0.0.1} */
        static synchronized Identity local(Path folder) {
            Identity local = shared;
            if (local == null) {
                local = make(folder, "ip:127.0.0.1");
                shared = local;
            }
            return local;
        }

        static Identity make(Path folder, String subjectAlternativeName) {
            try {
                KeyStore store = Keytool.pair(folder, "server", "EC", "-ext", "san=" + subjectAlternativeName);
                KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(store, Keytool.PASSWORD);
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(keys.getKeyManagers(), null, null);
                byte[] certificate = store.getCertificate("server").getEncoded();
                return new Identity(
                        context,
                        "-----BEGIN CERTIFICATE-----\n"
                                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                                + "\n-----END CERTIFICATE-----\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
