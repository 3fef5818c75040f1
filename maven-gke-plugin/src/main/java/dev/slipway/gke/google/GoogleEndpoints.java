package dev.slipway.gke.google;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whom we take for Google: Google itself, or what {@code gke.googleEndpoint} names in its place, for tests.
 *
 * <p>The {@code token_uri} of a key decides who receives an assertion that is worth an hour of the account's power. So it has to be
 * Google's, whatever the key says.
 */
final class GoogleEndpoints {
    static final URI GOOGLE_TOKENS = URI.create("https://oauth2.googleapis.com/token");
    static final String UNIVERSE = "googleapis.com";

    /** Where tokens are made: Google's hosts for it, global, regional and for mutual TLS, with their paths. */
    private static final Pattern TOKEN_MAKERS = Pattern.compile("https://(?:oauth2\\.googleapis\\.com/(?:token|revoke)"
            + "|sts(?:\\.mtls|\\.[a-z0-9-]{1,40}\\.rep)?\\.googleapis\\.com/v1/(?:token|oauthtoken|introspect)"
            + "|iamcredentials(?:\\.mtls|\\.[a-z0-9-]{1,40}\\.rep)?\\.googleapis\\.com/v1/projects/-/serviceAccounts/"
            + "[A-Za-z0-9@._-]{1,128}:generateAccessToken)");

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

    /**
     * Refuses an address of a credentials file that is neither Google's nor below the override.
     *
     * @param field what the file calls it
     * @param source where the file is
     */
    void requireGoogle(String field, String address, String source) {
        if (TOKEN_MAKERS.matcher(address).matches()) {
            return;
        }
        @Nullable URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            uri = null;
        }
        URI found = uri;
        if (found != null && override.filter(base -> below(base, found)).isPresent()) {
            return;
        }
        throw new DeployFailure(
                FailureCode.TOKEN_ENDPOINT_FORBIDDEN,
                "The credentials' " + field + " is "
                        + (found == null ? "no address" : shown(found) + ", which is not Google's"),
                source,
                "Do not use this file: whoever changed it would receive the account's power. Make it again with the tool that made"
                        + " it");
    }

    /** {@return what stands in for an address of Google's; the address itself where nothing does} */
    URL standIn(URL asked) throws MalformedURLException {
        boolean google = "https".equals(asked.getProtocol())
                && (asked.getHost().equals(UNIVERSE) || asked.getHost().endsWith("." + UNIVERSE));
        return google && override.isPresent()
                ? new URL(withoutSlash(override.get().toString()) + asked.getFile())
                : asked;
    }

    /** {@return the address of one of Google's other APIs}
     *
     * @param api such as {@code cloudresourcemanager}
     */
    URI api(String api) {
        return override.map(uri -> URI.create(withoutSlash(uri.toString())))
                .orElse(URI.create("https://" + api + "." + UNIVERSE));
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
