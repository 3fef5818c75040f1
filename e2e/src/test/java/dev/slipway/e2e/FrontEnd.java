package dev.slipway.e2e;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * One of Google's front ends: it ends TLS by a certificate for a public name on port 443 of an address of its own, and passes what is said
 * to what is behind it. So Google's APIs are served, and so is the DNS endpoint of a cluster, whose certificate is not the cluster's.
 */
final class FrontEnd implements AutoCloseable {
    private static final int HTTPS = 443;

    /** What is behind: how it is spoken to, given what the client wants to speak ({@code h2}, {@code http/1.1}, or nothing said). */
    @FunctionalInterface
    private interface Behind {
        Socket connect(String protocol) throws IOException;
    }

    private final SSLServerSocket server;
    private final Behind behind;
    private final boolean http2;
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "front-end");
        thread.setDaemon(true);
        return thread;
    });

    private FrontEnd(SSLContext tls, int number, boolean http2, Behind behind) {
        this.behind = behind;
        this.http2 = http2;
        try {
            server = (SSLServerSocket) tls.getServerSocketFactory()
                    .createServerSocket(HTTPS, 50, InetAddress.getByAddress(new byte[] {127, 0, 8, (byte) number}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /**
     * {@return a front end before what speaks HTTP without TLS on this machine}
     *
     * @param tls its certificate
     * @param number of its address, 127.0.8.NUMBER
     */
    static FrontEnd of(SSLContext tls, int number, int port) {
        return new FrontEnd(tls, number, false, protocol -> new Socket(here(), port));
    }

    /**
     * {@return the front end of a cluster, before its API server}
     *
     * @param tls its certificate, which is not the cluster's
     * @param number of its address, 127.0.8.NUMBER
     * @param authority the PEM of the cluster's own authority
     */
    static FrontEnd ofCluster(SSLContext tls, int number, int port, String authority) {
        SSLContext inside = trusting(authority);
        return new FrontEnd(tls, number, true, protocol -> {
            SSLSocket socket = (SSLSocket)
                    inside.getSocketFactory().createSocket(new Socket(here(), port), "127.0.0.1", port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            if (!protocol.isEmpty()) {
                parameters.setApplicationProtocols(new String[] {protocol});
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        });
    }

    /** {@return where it listens} */
    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** {@return the names by which it was called, once for each connection} */
    List<String> names() {
        return List.copyOf(names);
    }

    /** Forgets who has called so far. */
    void forget() {
        names.clear();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket client = (SSLSocket) server.accept();
                sockets.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SSLSocket client) {
        try (client) {
            client.setHandshakeApplicationProtocolSelector((socket, offered) ->
                    http2 && offered.contains("h2") ? "h2" : offered.contains("http/1.1") ? "http/1.1" : "");
            client.startHandshake();
            ((ExtendedSSLSession) client.getSession())
                    .getRequestedServerNames()
                    .forEach(name -> names.add(new String(name.getEncoded(), StandardCharsets.US_ASCII)));
            try (Socket upstream = behind.connect(client.getApplicationProtocol())) {
                sockets.add(upstream);
                threads.execute(() -> pass(client, upstream));
                pass(upstream, client);
            }
        } catch (IOException gone) {
            // One of the two has hung up, or has no trust in us; the other one sees a closed connection.
        }
    }

    private static InetAddress here() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
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

    private static SSLContext trusting(String authority) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "cluster",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(authority.getBytes(StandardCharsets.US_ASCII))));
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the cluster's authority cannot be used", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
