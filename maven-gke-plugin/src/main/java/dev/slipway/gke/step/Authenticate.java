package dev.slipway.gke.step;

import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.progress.Progress;
import java.util.function.Supplier;

/** Finds the credentials and gets a first token with them, so that a wrong key shows before anything else is done. */
public final class Authenticate implements Step<Begin, TokenSource> {
    private final Supplier<TokenSource> credentials;

    public Authenticate(Supplier<TokenSource> credentials) {
        this.credentials = credentials;
    }

    @Override
    public TokenSource run(Begin input, Progress progress) {
        Progress.Line line = progress.begin("login", "to Google");
        TokenSource tokens = credentials.get();
        tokens.token();
        line.done("as " + tokens.identity());
        return tokens;
    }
}
