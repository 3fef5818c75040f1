package dev.slipway.gke.kube;

import dev.slipway.gke.failure.DeployFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** Requests to the API server of one context, as its user: each sent once, and ended when the build is interrupted. Thread safe. */
final class KubeHttp implements AutoCloseable {
    private static final Duration HASTY_CONNECT = Duration.ofSeconds(2);
    private static final Duration HASTY_CALL = Duration.ofSeconds(6);

    private final HttpUrl base;
    private final OkHttpClient http;
    private final UserCredentials credentials;
    private final ExecutorService calls;

    private KubeHttp(HttpUrl base, OkHttpClient http, UserCredentials credentials, ExecutorService calls) {
        this.base = base;
        this.http = http;
        this.credentials = credentials;
        this.calls = calls;
    }

    /** {@return the way to the server of a context} */
    static KubeHttp to(Kubeconfig kubeconfig, UserCredentials credentials) {
        return new KubeHttp(
                HttpUrl.get(kubeconfig.server().toString().replaceAll("/+$", "")),
                LeanApiClient.of(kubeconfig, credentials),
                credentials,
                threads());
    }

    /** {@return the same for those who look again by themselves: finds out within seconds that the server is away} */
    KubeHttp hasty() {
        OkHttpClient impatient = http.newBuilder()
                .connectTimeout(HASTY_CONNECT)
                .callTimeout(HASTY_CALL)
                .build();
        return new KubeHttp(base, impatient, credentials, calls);
    }

    /** {@return where on the server} */
    HttpUrl url(String path, Map<String, String> query) {
        HttpUrl.Builder url =
                HttpUrl.get(base.toString().replaceAll("/+$", "") + path).newBuilder();
        query.forEach((name, value) -> {
            if (!value.isEmpty()) {
                url.addQueryParameter(name, value);
            }
        });
        return url.build();
    }

    /** {@return whether there is now another credential than the one that was refused} */
    boolean renewCredential() {
        return credentials.renew();
    }

    /**
     * {@return what comes back}
     *
     * @throws IOException if nothing does
     */
    Reply send(KubeRequest request) throws IOException {
        Request.Builder sent = builder(request.url(), request.accept())
                .method(
                        request.method(),
                        request.body()
                                .map(text -> RequestBody.create(
                                        text.getBytes(StandardCharsets.UTF_8), MediaType.get(request.contentType())))
                                .orElse(null));
        Call call = http.newCall(sent.build());
        // A thread that waits on a socket does not hear that it is interrupted; so another one waits there.
        Future<Reply> answer = calls.submit(() -> answer(call, request.limit()));
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

    /**
     * Opens a text that may go on for ever. Close it to end it.
     *
     * @param refused the failure that an answer means which is not the text
     */
    InputStream open(HttpUrl url, Function<Reply, DeployFailure> refused) throws IOException {
        OkHttpClient endless = http.newBuilder()
                .readTimeout(Duration.ZERO)
                .callTimeout(Duration.ZERO)
                .build();
        Call call = endless.newCall(builder(url, "*/*").build());
        Response response = call.execute();
        if (!response.isSuccessful()) {
            try (response) {
                throw refused.apply(reply(response, response.body().string()));
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

    @Override
    public void close() {
        calls.shutdownNow();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private Request.Builder builder(HttpUrl url, String accept) throws IOException {
        Request.Builder request =
                new Request.Builder().url(url).header("Accept", accept).header("User-Agent", "gke-maven-plugin");
        credentials.apply(request);
        return request;
    }

    private static Reply answer(Call call, int limit) throws IOException {
        try (Response response = call.execute()) {
            ResponseBody content = response.body();
            try (InputStream stream = content.byteStream()) {
                byte[] bytes = limit == Integer.MAX_VALUE ? stream.readAllBytes() : stream.readNBytes(limit);
                return reply(response, new String(bytes, StandardCharsets.UTF_8));
            }
        }
    }

    private static Reply reply(Response response, String text) {
        String header = response.header("Retry-After");
        return new Reply(
                response.code(),
                text,
                header != null && header.matches("[0-9]{1,5}") ? Integer.parseInt(header) : 0,
                Optional.ofNullable(response.headers().getInstant("Date")));
    }

    private static ExecutorService threads() {
        return Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "API server's answer");
            thread.setDaemon(true);
            return thread;
        });
    }
}
