package dev.slipway.gke.google;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpTransportFactory;
import dev.slipway.gke.model.Proxies;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URL;
import java.util.Optional;

/**
 * The one way to Google: through the proxy if there is one; and to what stands in for Google if something does, so that files
 * that name Google's hosts can be tried without Google.
 */
final class GoogleTransport implements HttpTransportFactory {
    private static final int CONNECT_MILLIS = 10_000;

    private final GoogleEndpoints endpoints;
    private final Proxies proxies;

    GoogleTransport(GoogleEndpoints endpoints, Proxies proxies) {
        this.endpoints = endpoints;
        this.proxies = proxies;
    }

    @Override
    public HttpTransport create() {
        return new NetHttpTransport.Builder().setConnectionFactory(this::open).build();
    }

    private HttpURLConnection open(URL asked) throws IOException {
        URL url = endpoints.standIn(asked);
        Optional<Proxy> proxy = proxies.to(url.getHost())
                .map(uri ->
                        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort())));
        HttpURLConnection connection =
                (HttpURLConnection) (proxy.isPresent() ? url.openConnection(proxy.get()) : url.openConnection());
        connection.setConnectTimeout(CONNECT_MILLIS);
        // Whoever we trust with a token does not pass us on to somebody else.
        connection.setInstanceFollowRedirects(false);
        return connection;
    }
}
