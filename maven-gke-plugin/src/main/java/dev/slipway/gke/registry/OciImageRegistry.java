package dev.slipway.gke.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.ImageDigest;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.port.ImageRegistry;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.PushTrial;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Any registry that keeps to the OCI distribution specification, Docker Hub among them. It asks for an image's manifest, whether of
 * Docker or OCI, of one platform or of many, and takes the digest of the bytes that come.
 *
 * <p>Registries elsewhere are reached by TLS alone; those of this machine ({@code localhost}, {@code 127.0.0.1}) without. A password
 * goes only to a registry that asks for it, or to the token service that it names. Nothing of the machine's own configuration of
 * registries is read.
 */
public final class OciImageRegistry implements ImageRegistry, PushTrial {
    private static final String MANIFEST_TYPES = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Function<String, Optional<RegistryCredentials>> credentials;
    private final Set<String> plainHttp;
    private final RegistryHttp http;

    /**
     * @param credentials by the registry's name as image names have it, such as {@code docker.io} or {@code localhost:5000}
     * @param plainHttp names of registries elsewhere that have no TLS
     * @param proxies the way out
     * @param between waits between two tries
     */
    public OciImageRegistry(
            Function<String, Optional<RegistryCredentials>> credentials,
            Set<String> plainHttp,
            Proxies proxies,
            Pause between) {
        this(credentials, plainHttp, proxies, RegistryHttp.Limits.USUAL, between);
    }

    OciImageRegistry(
            Function<String, Optional<RegistryCredentials>> credentials,
            Set<String> plainHttp,
            Proxies proxies,
            RegistryHttp.Limits limits,
            Pause between) {
        this.credentials = credentials;
        this.plainHttp = Set.copyOf(plainHttp);
        this.http = new RegistryHttp(limits, proxies, between);
    }

    @Override
    public PinnedImage pin(ImageReference image, Duration limit) {
        Optional<RegistryCredentials> login = credentials.apply(image.registry());
        RegistryFailures failures = new RegistryFailures(image, login.map(RegistryCredentials::username));
        try {
            HttpResponse<byte[]> answer = manifest(image, login, failures, http.deadline(limit));
            int status = answer.statusCode();
            if (status == 404) {
                throw failures.notFound();
            }
            if (status == 401 || status == 403) {
                throw failures.denied(status);
            }
            if (status != 200) {
                throw failures.strange("it answers " + status);
            }
            return new PinnedImage(image.name(), image.tag().orElse(""), digest(image, answer, failures));
        } catch (IOException e) {
            throw failures.unreachable(e);
        }
    }

    private HttpResponse<byte[]> manifest(
            ImageReference image, Optional<RegistryCredentials> login, RegistryFailures failures, Deadline deadline)
            throws IOException {
        URI uri = manifestUri(image);
        HttpResponse<byte[]> answer = http.get(uri, Map.of("Accept", MANIFEST_TYPES), deadline);
        if (answer.statusCode() != 401) {
            return answer;
        }
        String authorization = authorization(answer, image, login, failures, deadline);
        return http.get(uri, Map.of("Accept", MANIFEST_TYPES, "Authorization", authorization), deadline);
    }

    private String authorization(
            HttpResponse<byte[]> refusal,
            ImageReference image,
            Optional<RegistryCredentials> login,
            RegistryFailures failures,
            Deadline deadline)
            throws IOException {
        Challenge challenge = Challenge.best(refusal.headers().allValues("WWW-Authenticate"))
                .orElseThrow(() -> failures.strange("it asks for a login of a kind that this plugin does not know"));
        return challenge.scheme().equals("basic")
                ? basic(login.orElseThrow(() -> failures.denied(401)))
                : "Bearer " + token(challenge, image, login, failures, deadline);
    }

    @Override
    public void tryPush(ImageReference image, Duration limit) {
        Optional<RegistryCredentials> login = credentials.apply(image.registry());
        RegistryFailures failures = new RegistryFailures(image, login.map(RegistryCredentials::username), "push to");
        Deadline deadline = http.deadline(limit);
        URI uri = URI.create(home(image.registry()) + "/v2/" + image.repository() + "/blobs/uploads/");
        try {
            Map<String, String> headers = Map.of();
            HttpResponse<byte[]> answer = http.once("POST", uri, headers, deadline);
            if (answer.statusCode() == 401) {
                headers = Map.of("Authorization", authorization(answer, image, login, failures, deadline));
                answer = http.once("POST", uri, headers, deadline);
            }
            int status = answer.statusCode();
            if (status == 401 || status == 403) {
                throw failures.denied(status);
            }
            if (status != 202) {
                throw failures.strange("it answers " + status + " to the beginning of a push");
            }
            cancel(uri, answer, headers, deadline);
        } catch (IOException e) {
            throw failures.unreachable(e);
        }
    }

    /** Takes back what was begun; a registry forgets it by itself in time if that fails. */
    private void cancel(URI begun, HttpResponse<byte[]> answer, Map<String, String> headers, Deadline deadline)
            throws IOException {
        Optional<URI> session = answer.headers()
                .firstValue("Location")
                .map(begun::resolve)
                // Nobody else is shown the login.
                .filter(uri -> begun.getScheme().equals(uri.getScheme())
                        && begun.getRawAuthority().equals(uri.getRawAuthority()));
        if (session.isPresent()) {
            http.once("DELETE", session.get(), headers, deadline);
        }
    }

    private URI manifestUri(ImageReference image) {
        String reference = image.digest().map(ImageDigest::value).or(image::tag).orElseThrow();
        return URI.create(home(image.registry()) + "/v2/" + image.repository() + "/manifests/" + reference);
    }

    private String home(String registry) {
        String host =
                switch (registry) {
                    case "docker.io", "index.docker.io" -> "registry-1.docker.io";
                    default -> registry;
                };
        return (plain(registry) ? "http" : "https") + "://" + host;
    }

    private boolean plain(String registry) {
        int colon = registry.indexOf(':');
        return plainHttp.contains(registry) || LOOPBACK.contains(colon < 0 ? registry : registry.substring(0, colon));
    }

    /** Asks the token service that the registry names; with the login if there is one, as nobody otherwise. */
    private String token(
            Challenge challenge,
            ImageReference image,
            Optional<RegistryCredentials> login,
            RegistryFailures failures,
            Deadline deadline)
            throws IOException {
        URI realm = requireTls(challenge, plain(image.registry()), failures);
        String query = "scope="
                + encode(challenge.parameter("scope").orElse("repository:" + image.repository() + ":pull"))
                + challenge
                        .parameter("service")
                        .map(service -> "&service=" + encode(service))
                        .orElse("");
        URI uri = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + query);
        Map<String, String> headers = new HashMap<>(Map.of("Accept", "application/json"));
        login.ifPresent(user -> headers.put("Authorization", basic(user)));
        HttpResponse<byte[]> answer = http.get(uri, headers, deadline);
        int status = answer.statusCode();
        if (status == 400 || status == 401 || status == 403) {
            throw failures.denied(status);
        }
        try {
            JsonNode json = JSON.readTree(answer.body());
            String token = json == null
                    ? ""
                    : json.path("token").asText(json.path("access_token").asText(""));
            if (status == 200 && !token.isEmpty() && !token.equals("null")) {
                return token;
            }
        } catch (JacksonException e) {
            // Its message quotes the answer, which may hold a token.
            throw failures.strange("its token service answers " + status + " and no JSON");
        }
        throw failures.strange("its token service answers " + status + " and no token");
    }

    /** {@return where the login goes: by TLS, unless the registry itself has none} */
    static URI requireTls(Challenge challenge, boolean plain, RegistryFailures failures) {
        URI realm = realm(challenge, failures);
        if (!"https".equals(realm.getScheme()) && !plain) {
            throw failures.strange("it wants the login sent to " + realm.getScheme() + "://" + realm.getRawAuthority()
                    + ", without TLS");
        }
        return realm;
    }

    private static URI realm(Challenge challenge, RegistryFailures failures) {
        try {
            URI realm = URI.create(challenge.parameter("realm").orElse(""));
            if (realm.getHost() != null && realm.getRawFragment() == null) {
                return realm;
            }
        } catch (IllegalArgumentException e) {
            throw failures.strange("its token service has no address that can be read");
        }
        throw failures.strange("it names no token service");
    }

    private static ImageDigest digest(ImageReference image, HttpResponse<byte[]> answer, RegistryFailures failures) {
        String computed = sha256(answer.body());
        String header = answer.headers().firstValue("Docker-Content-Digest").orElse(computed);
        String wanted = image.digest().map(ImageDigest::value).orElse(computed);
        // A digest by another algorithm is a registry's good right; it cannot be compared.
        if (header.startsWith("sha256:") && !header.equals(computed)) {
            throw failures.strange("it says the manifest is " + header + ", but what it sends is " + computed);
        }
        if (!wanted.equals(computed)) {
            throw failures.strange("asked for " + wanted + ", it sends " + computed);
        }
        return new ImageDigest(computed);
    }

    private static String basic(RegistryCredentials login) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString(
                                (login.username() + ":" + login.password().reveal()).getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
