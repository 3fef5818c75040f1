package dev.slipway.gke.kube;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.secret.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A file that always holds a token that is good. Helm's Kubernetes client keeps what it read for up to 50 seconds
 * (client-go: a minute, ten seconds of leeway) and a token source promises a minute, so the file must never lag by ten seconds.
 */
final class TokenFile implements AutoCloseable {
    private static final Duration CHECK = Duration.ofSeconds(5);

    private final Path file;
    private final TokenSource tokens;
    private final Thread refresher;
    private AccessToken written;

    /** Writes the first token and starts to keep it fresh. */
    TokenFile(Path file, TokenSource tokens, AccessToken first) throws IOException {
        this(file, tokens, first, CHECK);
    }

    TokenFile(Path file, TokenSource tokens, AccessToken first, Duration check) throws IOException {
        this.file = file;
        this.tokens = tokens;
        this.written = first;
        PrivateFiles.write(file, first.reveal().getBytes(StandardCharsets.UTF_8));
        this.refresher = new Thread(() -> refresh(check), "slipway-token");
        refresher.setDaemon(true);
        refresher.start();
    }

    private void refresh(Duration check) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(check.toMillis());
                write(tokens.token());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException | DeployFailure e) {
                // The old token may be good for a while: whoever is
                // refused with it says so. The next check tries again.
            }
        }
    }

    /**
     * Puts another token into the place of one that the API server has refused.
     *
     * @return whether there is another
     * @throws DeployFailure {@code CREDENTIALS_EXPIRED} if Google gives no more of them
     */
    boolean renew() throws IOException {
        AccessToken refused = current();
        write(tokens.insteadOf(refused));
        return !current().reveal().equals(refused.reveal());
    }

    private synchronized AccessToken current() {
        return written;
    }

    private synchronized void write(AccessToken now) throws IOException {
        if (!now.reveal().equals(written.reveal())) {
            PrivateFiles.write(file, now.reveal().getBytes(StandardCharsets.UTF_8));
            written = now;
        }
    }

    @Override
    public void close() throws IOException {
        refresher.interrupt();
        try {
            // Not for ever: the thread may be in a request to Google, which ends by its own timeout.
            refresher.join(Duration.ofSeconds(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(file);
    }
}
