package dev.slipway.gke.kube;

import dev.slipway.gke.model.Endpoint;
import dev.slipway.gke.model.Proxies;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whether somebody opens at an endpoint, and is who he should be: a connection and a TLS handshake, and no request, so that whoever
 * is there learns nothing of us.
 *
 * @param proxies the way out
 * @param limit for the connection, and for the handshake
 */
record Knock(Proxies proxies, Duration limit) {
    private static final int HTTPS = 443;

    /**
     * What came of it.
     *
     * @param reason why it did not open; empty if it did
     * @param passing whether it may open in a moment
     */
    record Result(String reason, boolean passing) {
        boolean open() {
            return reason.isEmpty();
        }
    }

    /** {@return what comes of knocking at the endpoint} */
    Result at(Endpoint endpoint) {
        URI server = endpoint.server();
        String host = server.getHost().replaceAll("[\\[\\]]", "");
        int port = server.getPort() < 0 ? HTTPS : server.getPort();
        Optional<URI> proxy = proxies.to(host);
        try (Socket plain = new Socket(proxy.map(Knock::proxy).orElse(Proxy.NO_PROXY))) {
            plain.connect(
                    proxy.isPresent()
                            ? InetSocketAddress.createUnresolved(host, port)
                            : new InetSocketAddress(host, port),
                    Math.toIntExact(limit.toMillis()));
            plain.setSoTimeout(Math.toIntExact(limit.toMillis()));
            try (SSLSocket secure = (SSLSocket)
                    context(endpoint.certificateAuthority()).getSocketFactory().createSocket(plain, host, port, true)) {
                SSLParameters parameters = secure.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secure.setSSLParameters(parameters);
                secure.startHandshake();
            }
            return new Result("", false);
        } catch (UnknownHostException e) {
            return new Result("there is no such host name here", false);
        } catch (SocketTimeoutException e) {
            return new Result("no answer within " + limit.toSeconds() + " s", false);
        } catch (NoRouteToHostException e) {
            return new Result("no way leads there from this network", false);
        } catch (ConnectException e) {
            return new Result("the connection is refused", true);
        } catch (SSLException e) {
            if (!distrusted(e)) {
                return new Result(
                        "it does not speak TLS as it should (" + e.getClass().getSimpleName() + ")", false);
            }
            return new Result(
                    endpoint.certificateAuthority().isPresent()
                            ? "its certificate is not of this cluster's authority, so it is somebody else"
                            : "its certificate is of no public authority, so it is somebody else",
                    false);
        } catch (IOException e) {
            return new Result("the connection breaks off (" + e.getClass().getSimpleName() + ")", true);
        } catch (GeneralSecurityException e) {
            return new Result("the authority of its certificate cannot be used", false);
        }
    }

    private static boolean distrusted(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    private static Proxy proxy(URI uri) {
        return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(uri.getHost(), uri.getPort()));
    }

    private static SSLContext context(Optional<String> authority) throws GeneralSecurityException, IOException {
        if (authority.isEmpty()) {
            return SSLContext.getDefault();
        }
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        int number = 0;
        for (Certificate certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(authority.get().getBytes(StandardCharsets.US_ASCII)))) {
            trusted.setCertificateEntry("authority-" + number++, certificate);
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
