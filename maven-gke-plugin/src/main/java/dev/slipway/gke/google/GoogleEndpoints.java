package dev.slipway.gke.google;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whom we take for Google: Google itself, or what {@code gke.googleEndpoint} names in its place, for tests.
 *
 * <p>The {@code token_uri} of a key decides who receives an assertion that is worth an hour of the account's power. So it has to be
 * Google's, whatever the key says.
 */
final class GoogleEndpoints {
    static final URI GOOGLE_TOKENS = URI.create("https://oauth2.googleapis.com/token");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Optional<URI> override;

    /**
     * @throws DeployFailure if the override is no {@code https} address, nor {@code http} on this machine
     */
    GoogleEndpoints(Optional<URI> override) {
        this.override = override;
        override.ifPresent(uri -> {
            boolean safe = "https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme()) && LOOPBACK.contains(String.valueOf(uri.getHost())));
            if (!safe || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
                throw new DeployFailure(
                        FailureCode.CONFIGURATION_INVALID,
                        "'" + uri.getScheme() + "://" + uri.getRawAuthority()
                                + "' cannot stand in for Google: tokens go there",
                        "gke.googleEndpoint",
                        "Leave it out; or, for tests, name an https address, or http://127.0.0.1:PORT");
            }
        });
    }

    /** {@return what google-cloud-container takes as its endpoint} */
    String container() {
        return override.map(URI::toString).map(GoogleEndpoints::withoutSlash).orElse("container.googleapis.com:443");
    }

    /** {@return the host that is asked, for people} */
    String containerHost() {
        return override.map(URI::getRawAuthority).orElse("container.googleapis.com");
    }

    /**
     * Refuses a token endpoint that is neither Google's nor below the override.
     *
     * @param source where the key comes from
     */
    void requireOurs(URI tokenUri, String source) {
        if (tokenUri.equals(GOOGLE_TOKENS)
                || override.filter(base -> below(base, tokenUri)).isPresent()) {
            return;
        }
        throw new DeployFailure(
                FailureCode.TOKEN_ENDPOINT_FORBIDDEN,
                "The key's token_uri is " + shown(tokenUri) + ", which is not Google's",
                source,
                "Do not use this key: whoever changed it would receive the account's power. Download a new one; its token_uri is "
                        + GOOGLE_TOKENS);
    }

    private static boolean below(URI base, URI uri) {
        String path = withoutSlash(String.valueOf(base.getRawPath())) + "/";
        return sameOrigin(base, uri)
                && uri.getRawUserInfo() == null
                && uri.equals(uri.normalize())
                && String.valueOf(uri.getRawPath()).startsWith(path);
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme() != null
                && one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost() != null
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equals(uri.getScheme().toLowerCase(Locale.ROOT)) ? 443 : 80;
    }

    private static String shown(URI uri) {
        String authority = String.valueOf(uri.getRawAuthority());
        return uri.getScheme() + "://" + authority.substring(authority.indexOf('@') + 1) + uri.getRawPath();
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
