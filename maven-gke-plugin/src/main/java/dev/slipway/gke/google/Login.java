package dev.slipway.gke.google;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ImpersonatedCredentials;
import java.util.List;

/**
 * Who we are to Google, and by what.
 *
 * @param credentials what makes tokens, with our scopes
 * @param identity whom the tokens stand for
 * @param source where the credentials come from, such as {@code GKE_SA_KEY}
 * @param host whom they ask
 */
record Login(GoogleCredentials credentials, String identity, String source, String host) {
    /**
     * What tokens are for: Google's APIs; and the e-mail address, without which an API server knows the account by its number
     * alone, so that no RoleBinding matches.
     */
    static final List<String> SCOPES =
            List.of("https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email");

    private static final int HOUR = 3600;

    Login {
        credentials = credentials.createScoped(SCOPES);
    }

    /** {@return the login of another account, whose tokens this one may make} */
    Login as(String account, GoogleTransport transport) {
        return new Login(
                ImpersonatedCredentials.create(credentials, account, List.of(), SCOPES, HOUR, transport),
                account,
                source,
                "iamcredentials.googleapis.com");
    }

    /** Without the credentials, although they hide their secrets themselves. */
    @Override
    public String toString() {
        return "Login[" + identity + " by " + source + "]";
    }
}
