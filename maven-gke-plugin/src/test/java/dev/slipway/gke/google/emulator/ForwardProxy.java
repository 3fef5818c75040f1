package dev.slipway.gke.google.emulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * The proxy that stands between a company's network and the rest: {@code CONNECT} for what is encrypted, whole addresses for what
 * is not. The names that it knows lead to this machine; others lead nowhere, so nothing gets out. It alone resolves them: a client
 * that asks for their addresses itself finds none.
 */
public final class ForwardProxy implements AutoCloseable {
    private static final int LARGEST_HEAD = 64 << 10;

    private final ServerSocket server;
    private final Map<String, InetSocketAddress> names;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "forward-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String account = "";

    private ForwardProxy(Map<String, InetSocketAddress> names) {
        this.names = Map.copyOf(names);
        try {
            server = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException e) {
            throw new IllegalStateException("no proxy on this machine", e);
        }
        threads.execute(this::accept);
    }

    /**
     * {@return a proxy on a free port of this machine}
     *
     * @param names where the names that it knows lead, {@code host:port} as clients ask for it
     */
    public static ForwardProxy start(Map<String, InetSocketAddress> names) {
        return new ForwardProxy(names);
    }

    /** {@return where it listens} */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** From now on it serves nobody without this account. */
    public void demand(String user, String password) {
        account =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** {@return what it was asked for so far, such as {@code CONNECT oauth2.googleapis.com:443} or {@code GET registry.example:5000}} */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** Forgets what it was asked for so far. */
    public void forget() {
        asked.clear();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        threads.shutdownNow();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            List<String> head = head(client.getInputStream());
            String[] line = head.get(0).split(" ", -1);
            boolean tunnel = line[0].equals("CONNECT");
            String target = tunnel ? line[1] : authority(URI.create(line[1]));
            asked.add(line[0] + " " + target);
            OutputStream out = client.getOutputStream();
            if (!account.isEmpty() && !head.contains("Proxy-Authorization: " + account)) {
                say(out, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"company\"");
                return;
            }
            InetSocketAddress address = names.get(target);
            if (address == null) {
                say(out, "502 Bad Gateway");
                return;
            }
            try (Socket upstream = new Socket(address.getAddress(), address.getPort())) {
                sockets.add(upstream);
                if (tunnel) {
                    out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                } else {
                    upstream.getOutputStream().write(onward(line, head).getBytes(StandardCharsets.ISO_8859_1));
                }
                threads.execute(() -> pass(client, upstream));
                pass(upstream, client);
            }
        } catch (IOException gone) {
            // One of the two has hung up; the other one sees that by the closed connection.
        }
    }

    /** The same request as its server wants it: a path, nothing that is meant for a proxy, and one request for a connection. */
    private static String onward(String[] line, List<String> head) {
        URI uri = URI.create(line[1]);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return line[0] + " " + uri.getRawPath() + query + " " + line[2] + "\r\n"
                + head.stream()
                        .skip(1)
                        .filter(header -> !header.toLowerCase(Locale.ROOT).startsWith("proxy-")
                                && !header.toLowerCase(Locale.ROOT).startsWith("connection:"))
                        .map(header -> header + "\r\n")
                        .collect(Collectors.joining())
                + "Connection: close\r\n\r\n";
    }

    private static String authority(URI uri) {
        return uri.getHost() + ":" + (uri.getPort() < 0 ? 80 : uri.getPort());
    }

    private static void say(OutputStream out, String status) throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static List<String> head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 || bytes.size() > LARGEST_HEAD) {
                throw new IOException("no request");
            }
            bytes.write(next);
            text = next == '\n' ? bytes.toString(StandardCharsets.ISO_8859_1) : "";
        }
        return Arrays.asList(text.strip().split("\r\n", -1));
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException gone) {
            try {
                to.close();
            } catch (IOException closed) {
                // It is closed already.
            }
        }
    }
}
