package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A client that asks a service several times a second, a new connection each time, and counts what it hears. */
final class Asking implements AutoCloseable {
    private static final long PAUSE_MILLIS = 200;
    private static final int LIMIT_MILLIS = 5000;

    private final Map<String, Integer> answers = new ConcurrentHashMap<>();
    private final Thread client;

    /** @param address what it asks, with GET */
    Asking(URI address) {
        client = new Thread(() -> ask(address), "asks " + address);
        client.setDaemon(true);
        client.start();
    }

    /** Asks until the answer has these words. */
    static void until(URI address, String words, Duration limit) {
        Instant end = Instant.now().plus(limit);
        try {
            String answer = once(address);
            while (!answer.contains(words) && Instant.now().isBefore(end)) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                answer = once(address);
            }
            assertThat(answer).as("answer of %s", address).contains(words);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + address, e);
        }
    }

    /** Sees that there were answers, and that each had these words. */
    void answeredAlways(String words) {
        assertThat(answers)
                .as("what the service answered meanwhile, and how often")
                .isNotEmpty();
        assertThat(answers.keySet())
                .as("what the service answered meanwhile: %s", answers)
                .allMatch(answer -> answer.contains(words));
    }

    private void ask(URI address) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                answers.merge(once(address), 1, Integer::sum);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A connection of its own each time: one that is kept would hide that nobody can connect any more. */
    private static String once(URI address) {
        try {
            HttpURLConnection call = (HttpURLConnection) address.toURL().openConnection();
            call.setConnectTimeout(LIMIT_MILLIS);
            call.setReadTimeout(LIMIT_MILLIS);
            call.setRequestProperty("Connection", "close");
            try {
                if (call.getResponseCode() != HttpURLConnection.HTTP_OK) {
                    return "status " + call.getResponseCode();
                }
                return new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                call.disconnect();
            }
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        client.interrupt();
    }
}
