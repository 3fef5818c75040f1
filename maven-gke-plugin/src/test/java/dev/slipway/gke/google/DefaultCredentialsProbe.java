package dev.slipway.gke.google;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.TokenSource;
import java.net.URI;
import java.util.Optional;

/** A program that looks for default credentials and says what it found: what counts is the environment that it is started with. */
final class DefaultCredentialsProbe {
    private DefaultCredentialsProbe() {}

    public static void main(String[] args) {
        Optional<URI> endpoint =
                Optional.of(args[0]).filter(text -> !text.isEmpty()).map(URI::create);
        try {
            TokenSource tokens = GoogleTokens.from(System::getenv, Optional.empty(), endpoint, Proxies.NONE);
            System.out.println("identity " + tokens.identity());
            if (args.length > 1 && args[1].equals("identity-only")) {
                System.exit(0);
            }
            System.out.println("token of " + tokens.token().reveal().length() + " characters");
        } catch (DeployFailure e) {
            System.out.println(e.code().code() + "|" + e.what() + "|" + e.where() + "|" + e.tryThis());
        }
        System.exit(0);
    }
}
