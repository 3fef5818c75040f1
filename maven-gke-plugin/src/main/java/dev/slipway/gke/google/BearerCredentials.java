package dev.slipway.gke.google;

import com.google.auth.Credentials;
import dev.slipway.gke.model.AccessToken;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * One token for one call. Google's own class for that tries to refresh it on a 401, which it cannot, and then reports that instead
 * of the 401.
 */
final class BearerCredentials extends Credentials {
    private static final long serialVersionUID = 1L;

    private final transient AccessToken token;

    BearerCredentials(AccessToken token) {
        this.token = token;
    }

    @Override
    public String getAuthenticationType() {
        return "OAuth2";
    }

    @Override
    public Map<String, List<String>> getRequestMetadata(URI uri) {
        return Map.of("Authorization", List.of("Bearer " + token.reveal()));
    }

    @Override
    public boolean hasRequestMetadata() {
        return true;
    }

    @Override
    public boolean hasRequestMetadataOnly() {
        return true;
    }

    @Override
    public void refresh() {}
}
