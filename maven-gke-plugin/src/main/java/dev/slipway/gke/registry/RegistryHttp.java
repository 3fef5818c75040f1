package dev.slipway.gke.registry;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.Pause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * GET requests that end: each within its time, all of them within theirs, bodies within their size. A registry that is busy, hangs
 * up or stumbles is asked again, as late as it wants to be.
 */
final class RegistryHttp {
    /**
     * How long things may take.
     *
     * @param perTry one request, its body included
     * @param all everything for one image, pauses included
     * @param firstPause before the second try; doubled before each further one
     */
    record Limits(Duration perTry, Duration all, Duration firstPause) {
        static final Limits USUAL = new Limits(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMillis(500));
    }

    /** Manifests are limited to 4 MiB by the specification. */
    private static final int LARGEST_BODY = 4 * 1024 * 1024;

    private static final int PROXY_WANTS_ACCOUNT = 407;
    private static final int TRIES = 6;
    private static final int REDIRECTS = 3;

    private final HttpClient client;
    private final Limits limits;
    private final Pause between;

    /**
     * @param proxies the way out; what the JVM and the environment say of proxies besides counts for nothing
     * @param between waits between two tries
     */
    RegistryHttp(Limits limits, Proxies proxies, Pause between) {
        this.limits = limits;
        this.between = between;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.perTry())
                .proxy(new ProxySelector() {
                    @Override
                    public List<Proxy> select(URI uri) {
                        return List.of(proxies.to(uri.getHost())
                                .map(proxy -> new Proxy(
                                        Proxy.Type.HTTP,
                                        InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort())))
                                .orElse(Proxy.NO_PROXY));
                    }

                    @Override
                    public void connectFailed(URI uri, SocketAddress proxy, IOException why) {
                        // Whoever asked is told by the exception.
                    }
                })
                .build();
    }

    /** {@return the time for one image, which is that of the caller if it is less than usual} */
    Deadline deadline(Duration limit) {
        return Deadline.in(limit.compareTo(limits.all()) < 0 ? limit : limits.all(), Clock.systemUTC());
    }

    /**
     * {@return the answer, whatever its status, unless it is one to ask again after}
     *
     * @throws IOException if there is no answer after all tries, or only ones to ask again after; its message is for people
     */
    HttpResponse<byte[]> get(URI uri, Map<String, String> headers, Deadline deadline) throws IOException {
        Duration pause = limits.firstPause();
        for (int tries = 1; ; tries++) {
            String trouble;
            Duration wait = jittered(pause);
            try {
                HttpResponse<byte[]> response = follow(uri, headers, deadline);
                int status = response.statusCode();
                if (status != 429 && status < 500) {
                    return response;
                }
                trouble = "it answers " + status;
                wait = retryAfter(response).orElse(wait);
            } catch (UnknownHostException | SSLException | ProtocolException e) {
                // Another try would end alike.
                throw e;
            } catch (IOException e) {
                if (tries == TRIES || deadline.left().compareTo(wait) <= 0) {
                    throw e;
                }
                trouble = "";
            }
            if (tries == TRIES || deadline.left().compareTo(wait) <= 0) {
                String wish = wait.compareTo(Duration.ofSeconds(1)) > 0
                        ? ", and wants us to wait " + wait.toSeconds() + " s"
                        : "";
                throw new IOException(trouble + wish + " (" + tries + (tries == 1 ? " try)" : " tries)"));
            }
            between.upTo(wait, deadline);
            pause = pause.multipliedBy(2);
        }
    }

    /** {@return the answer to one request without a body, whatever it is; nothing is repeated, nothing followed} */
    HttpResponse<byte[]> once(String method, URI uri, Map<String, String> headers, Deadline deadline)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(limits.perTry())
                .method(method, HttpRequest.BodyPublishers.noBody())
                .setHeader("User-Agent", "slipway");
        headers.forEach(request::setHeader);
        return send(request.build(), deadline);
    }

    private HttpResponse<byte[]> follow(URI start, Map<String, String> headers, Deadline deadline) throws IOException {
        URI uri = start;
        for (int hops = 0; ; hops++) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(uri).timeout(limits.perTry()).GET();
            request.setHeader("User-Agent", "slipway");
            boolean home = origin(uri).equals(origin(start));
            headers.forEach((name, value) -> {
                if (home || !name.equals("Authorization")) {
                    request.setHeader(name, value);
                }
            });
            HttpResponse<byte[]> response = send(request.build(), deadline);
            Optional<String> location = response.headers().firstValue("Location");
            if (response.statusCode() / 100 != 3 || location.isEmpty()) {
                return response;
            }
            URI next = uri.resolve(location.get());
            if (hops == REDIRECTS) {
                throw new ProtocolException("it redirects more than " + REDIRECTS + " times");
            }
            if ("https".equals(uri.getScheme()) && !"https".equals(next.getScheme())) {
                throw new ProtocolException("it redirects to " + origin(next) + ", without TLS");
            }
            uri = next;
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request, Deadline deadline) throws IOException {
        Duration limit = deadline.left().compareTo(limits.perTry()) < 0 ? deadline.left() : limits.perTry();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, response -> new LimitedBody(LARGEST_BODY));
        try {
            HttpResponse<byte[]> response = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() == PROXY_WANTS_ACCOUNT) {
                throw new ProtocolException(
                        "the proxy wants an account (407), and one with an account is not supported");
            }
            return response;
        } catch (TimeoutException e) {
            // The request's own timeout ends with the headers; this one counts the body too.
            answer.cancel(true);
            throw new IOException("no answer within " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw DeployFailure.interrupted("asking the image registry", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException io) {
                throw told(io, request.uri());
            }
            throw new IOException(String.valueOf(cause), cause);
        }
    }

    /** The client wraps what happened in exceptions of its own; what happened is what counts. */
    private static IOException told(IOException thrown, URI uri) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
                return new UnknownHostException(uri.getHost());
            }
            if (t instanceof ProtocolException protocol) {
                return protocol;
            }
        }
        return thrown;
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        return response.headers().firstValue("Retry-After").flatMap(value -> {
            String text = value.strip();
            if (text.matches("[0-9]{1,6}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            try {
                Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                Duration left = Duration.between(Instant.now(), until);
                return Optional.of(left.isNegative() ? Duration.ZERO : left);
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }

    private static Duration jittered(Duration pause) {
        return Duration.ofMillis(
                (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.75, 1.25)));
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
