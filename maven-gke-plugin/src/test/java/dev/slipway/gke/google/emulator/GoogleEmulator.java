package dev.slipway.gke.google.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Google's token endpoint, its Kubernetes Engine API, and the webhook that a GKE API server asks about tokens, on one HTTP server
 * of the loopback interface.
 *
 * <ul>
 *   <li>{@code POST /token}: exchanges a signed assertion (RFC 7523) for an opaque token. Checks the signature against the public
 *       key of the account that the assertion names, audience, times (at most an hour, five minutes of skew) and scopes.
 *   <li>{@code GET /v1/projects/P/locations/L/clusters/C}: GetCluster, for a live token with scope {@code cloud-platform} of an
 *       account that may see the project.
 *   <li>{@code GET /github/token}: GitHub's proof of who a workflow is, a signed JWT of five minutes, for the request token of a
 *       job that is running.
 *   <li>{@code POST /v1/token} (sts.googleapis.com): exchanges such a proof for a token (RFC 8693). Checks the signature, audience
 *       and times.
 *   <li>{@code POST /v1/projects/-/serviceAccounts/EMAIL:generateAccessToken} (iamcredentials.googleapis.com): a token of another
 *       account, for whoever may impersonate it.
 *   <li>{@code POST /v1/projects/P:testIamPermissions} (cloudresourcemanager.googleapis.com): which of some permissions one has.
 *   <li>{@code POST /tokenreview}: Kubernetes TokenReview v1. As at Google, the user name is the account's e-mail address if the
 *       token has scope {@code userinfo.email}, and the account's number otherwise.
 * </ul>
 *
 * <p>Thread safe. Everything may be changed while it runs.
 */
public final class GoogleEmulator implements AutoCloseable {
    /** The scope that Google's APIs want. */
    public static final String CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform";

    /** The scope that makes an API server see the account's e-mail address. */
    public static final String USERINFO_EMAIL = "https://www.googleapis.com/auth/userinfo.email";

    /** The audience of assertions for the real Google, which the emulator takes as well. */
    public static final String GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token";

    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Duration LONGEST_ASSERTION = Duration.ofHours(1);
    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final Set<String> VIEWER =
            Set.of("container.clusters.get", "container.clusters.list", "container.clusters.connect");
    private static final int LARGEST_BODY = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param principal e-mail address of an account, or {@code principal://…}
     * @param uniqueId its number
     */
    private record Grant(String principal, String uniqueId, Set<String> scopes, Instant expiresAt) {}

    private record Fault(int status, Duration delay) {}

    private record Reply(int status, JsonNode body, boolean authorized, String identity) {
        static Reply of(int status, JsonNode body) {
            return new Reply(status, body, false, "");
        }

        Reply by(String principal) {
            return new Reply(status, body, true, principal);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, EmulatedServiceAccount> accounts = new ConcurrentHashMap<>();
    private final Map<String, EmulatedCluster> clusters = new ConcurrentHashMap<>();
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();
    private final Set<String> issued = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<String>> withoutPermission = new ConcurrentHashMap<>();
    private final Map<String, EmulatedFederation> federations = new ConcurrentHashMap<>();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();
    private final Set<String> impersonators = ConcurrentHashMap.newKeySet();
    private final Set<String> apiOff = ConcurrentHashMap.newKeySet();
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Duration> lifetimes = new ConcurrentHashMap<>();
    private volatile Duration tokenLifetime = Duration.ofHours(1);

    private GoogleEmulator(HttpServer server, Clock clock) {
        this.server = server;
        this.clock = clock;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "google-emulator");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** {@return an emulator on a free port, by the machine's clock} */
    public static GoogleEmulator start() {
        return start(0);
    }

    /**
     * {@return an emulator on that port, by the machine's clock}
     *
     * @param port a port of the loopback interface; 0 for any
     * @throws IllegalStateException if the port is taken
     */
    public static GoogleEmulator start(int port) {
        return start(port, Clock.systemUTC());
    }

    /**
     * {@return an emulator on that port, by that clock}
     *
     * @param port a port of the loopback interface; 0 for any
     * @throws IllegalStateException if the port is taken
     */
    public static GoogleEmulator start(int port, Clock clock) {
        try {
            HttpServer server = HttpServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
            GoogleEmulator emulator = new GoogleEmulator(server, clock);
            server.setExecutor(emulator.threads);
            server.createContext("/", emulator::serve);
            server.start();
            return emulator;
        } catch (IOException e) {
            throw new IllegalStateException("no Google emulator on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
    }

    /** {@return where it listens, such as {@code http://127.0.0.1:18443}; the value of {@code gke.googleEndpoint}} */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** {@return its token endpoint, the {@code token_uri} of the keys that it makes} */
    public URI tokenUri() {
        return URI.create(endpoint() + "/token");
    }

    /** {@return a new service account {@code NAME@PROJECT.iam.gserviceaccount.com} that may see the clusters of every project} */
    public EmulatedServiceAccount newServiceAccount(String project, String name) {
        EmulatedServiceAccount account = EmulatedServiceAccount.create(project, name, tokenUri());
        accounts.put(account.email(), account);
        return account;
    }

    /** Deletes a service account: its key gets no more tokens, and those it has are worth nothing. */
    public void delete(EmulatedServiceAccount account) {
        accounts.remove(account.email());
        revokeTokens();
    }

    /** Takes away or gives back the role {@code roles/container.clusterViewer}. */
    public void setMaySeeClusters(EmulatedServiceAccount account, boolean may) {
        if (may) {
            withoutPermission.remove(account.email());
        } else {
            withoutPermission.put(account.email(), VIEWER);
        }
    }

    /** Takes permissions of projects away from an account; it has all that a cluster viewer has at the start. */
    public void takeAway(EmulatedServiceAccount account, String... permissions) {
        withoutPermission.put(account.email(), Set.of(permissions));
    }

    /**
     * {@return a provider of a Workload Identity pool, which lets the workflows of a GitHub repository in}
     *
     * @param repository such as {@code acme/shop}
     */
    public EmulatedFederation newFederation(String repository) {
        EmulatedFederation federation = EmulatedFederation.create(repository, endpoint());
        federations.put(federation.audience(), federation);
        return federation;
    }

    /** The workflows of that provider have ended, so that GitHub gives them no proof any more. */
    public void endJob(EmulatedFederation federation) {
        ended.add(federation.requestToken());
    }

    /**
     * Gives the role {@code roles/iam.serviceAccountTokenCreator} on an account.
     *
     * @param member an e-mail address, or {@link EmulatedFederation#principal()}
     */
    public void allowImpersonation(String member, EmulatedServiceAccount account) {
        impersonators.add(member + " " + account.email());
    }

    /** Switches the Kubernetes Engine API of a project off or on. */
    public void setApiEnabled(String project, boolean enabled) {
        if (enabled) {
            apiOff.remove(project);
        } else {
            apiOff.add(project);
        }
    }

    /** Adds a cluster, or puts it in the place of the one with the same name. */
    public void put(EmulatedCluster cluster) {
        clusters.put(cluster.resource(), cluster);
    }

    /** Sets how long tokens live that are issued from now on; 3600 s at the start. */
    public void setTokenLifetime(Duration lifetime) {
        tokenLifetime = lifetime;
    }

    /** Sets how long the tokens of one account live; an hour at the start. */
    public void setTokenLifetime(EmulatedServiceAccount account, Duration lifetime) {
        lifetimes.put(account.email(), lifetime);
    }

    /** Ends every token that was issued so far. */
    public void revokeTokens() {
        grants.clear();
    }

    /** The next requests under that path, as many as named, are answered with that status. */
    public void fail(String path, int status, int times) {
        for (int i = 0; i < times; i++) {
            faultsOf(path).add(new Fault(status, Duration.ZERO));
        }
    }

    /** The next request under that path is answered so much later. */
    public void delay(String path, Duration delay) {
        faultsOf(path).add(new Fault(0, delay));
    }

    /** {@return whether a token was issued here and is good now} */
    public boolean lives(String token) {
        return alive(token).isPresent();
    }

    /** {@return every request so far, in the order of their answers} */
    public List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    /** {@return how many requests there were under a path} */
    public long requests(String path) {
        return requests.stream()
                .filter(request -> request.path().startsWith(path))
                .count();
    }

    /** {@return whether the text holds a token that was issued here, or a line of a private key that was made here} */
    public boolean secretLeaksInto(String text) {
        return issued.stream().anyMatch(text::contains)
                || accounts.values().stream().anyMatch(account -> account.keyLeaksInto(text));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private Deque<Fault> faultsOf(String path) {
        return faults.computeIfAbsent(path, p -> new ConcurrentLinkedDeque<>());
    }

    private void serve(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY);
            Reply reply = planned(path).orElseGet(() -> answer(method, path, exchange, body));
            requests.add(new RecordedRequest(method, path, reply.status(), reply.authorized(), reply.identity()));
            byte[] bytes = JSON.writeValueAsBytes(reply.body());
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
            exchange.sendResponseHeaders(reply.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Optional<Reply> planned(String path) {
        for (Map.Entry<String, Deque<Fault>> entry : faults.entrySet()) {
            Fault fault = path.startsWith(entry.getKey()) ? entry.getValue().poll() : null;
            if (fault == null) {
                continue;
            }
            try {
                Thread.sleep(fault.delay().toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (fault.status() != 0) {
                return Optional.of(
                        Reply.of(fault.status(), googleError(fault.status(), "Planned by the test.", "UNAVAILABLE")));
            }
        }
        return Optional.empty();
    }

    private Reply answer(String method, String path, HttpExchange exchange, byte[] body) {
        if (path.equals("/token") && method.equals("POST")) {
            return token(new String(body, StandardCharsets.UTF_8));
        }
        if (path.equals("/tokenreview") && method.equals("POST")) {
            return tokenReview(body);
        }
        if (path.equals("/v1/token") && method.equals("POST")) {
            return exchange(new String(body, StandardCharsets.UTF_8));
        }
        if (path.equals("/github/token") && method.equals("GET")) {
            return githubToken(exchange);
        }
        if (path.endsWith(":generateAccessToken") && method.equals("POST")) {
            return impersonate(path, bearer(exchange), body);
        }
        if (path.endsWith(":testIamPermissions") && method.equals("POST")) {
            return testPermissions(path, bearer(exchange), body);
        }
        if (path.startsWith("/v1/projects/") && method.equals("GET")) {
            return cluster(path.substring("/v1/".length()), bearer(exchange));
        }
        return Reply.of(404, googleError(404, "The requested URL " + path + " was not found.", "NOT_FOUND"));
    }

    // ---- /token

    private Reply token(String form) {
        String grant = formField(form, "grant_type");
        if (!grant.equals(GRANT)) {
            return oauthError("unsupported_grant_type", "Invalid grant_type: " + grant);
        }
        String[] parts = formField(form, "assertion").split("\\.", -1);
        if (parts.length != 3) {
            return oauthError("invalid_request", "Bad Request");
        }
        JsonNode header;
        JsonNode claims;
        byte[] signature;
        try {
            header = JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
            claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            signature = Base64.getUrlDecoder().decode(parts[2]);
        } catch (IOException | IllegalArgumentException e) {
            return oauthError("invalid_grant", "Invalid JWT: not a JWT");
        }
        EmulatedServiceAccount account = accounts.get(claims.path("iss").asText());
        if (account == null) {
            return oauthError("invalid_grant", "Invalid grant: account not found");
        }
        if (!header.path("alg").asText().equals("RS256") || !signedBy(account, parts[0] + "." + parts[1], signature)) {
            return oauthError("invalid_grant", "Invalid JWT Signature.");
        }
        String audience = claims.path("aud").asText();
        if (!audience.equals(tokenUri().toString()) && !audience.equals(GOOGLE_AUDIENCE)) {
            return oauthError(
                    "invalid_grant", "Invalid JWT: Failed audience check. The right audience is " + GOOGLE_AUDIENCE);
        }
        if (!timely(claims)) {
            return oauthError(
                    "invalid_grant",
                    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
                            + " Check your iat and exp values in the JWT claim.");
        }
        Set<String> scopes = scopes(claims.path("scope").asText());
        if (!Set.of(CLOUD_PLATFORM, USERINFO_EMAIL).containsAll(scopes)) {
            return oauthError("invalid_scope", "Invalid OAuth scope or ID token audience provided.");
        }
        Duration lifetime = lifetimes.getOrDefault(account.email(), tokenLifetime);
        String token = issue(account.email(), account.uniqueId(), scopes, lifetime);
        ObjectNode answer = JSON.createObjectNode();
        answer.put("access_token", token);
        answer.put("expires_in", lifetime.toSeconds());
        answer.put("token_type", "Bearer");
        return Reply.of(200, answer).by(account.email());
    }

    private boolean timely(JsonNode claims) {
        if (!claims.path("iat").isNumber() || !claims.path("exp").isNumber()) {
            return false;
        }
        Instant now = clock.instant();
        Instant from = Instant.ofEpochSecond(claims.path("iat").asLong());
        Instant until = Instant.ofEpochSecond(claims.path("exp").asLong());
        return !from.isAfter(now.plus(SKEW))
                && until.isAfter(now.minus(SKEW))
                && Duration.between(from, until).compareTo(LONGEST_ASSERTION) <= 0;
    }

    private static boolean signedBy(EmulatedServiceAccount account, String text, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(account.publicKey());
            verifier.update(text.getBytes(StandardCharsets.US_ASCII));
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private String issue(String principal, String uniqueId, Set<String> scopes, Duration lifetime) {
        byte[] bytes = new byte[48];
        random.nextBytes(bytes);
        String token = "ya29.c." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        issued.add(token);
        grants.put(token, new Grant(principal, uniqueId, scopes, clock.instant().plus(lifetime)));
        return token;
    }

    private static Reply oauthError(String error, String description) {
        ObjectNode body = JSON.createObjectNode();
        body.put("error", error);
        body.put("error_description", description);
        return Reply.of(400, body);
    }

    private static String formField(String form, String name) {
        for (String pair : form.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    // ---- GetCluster

    private Reply cluster(String resource, String token) {
        Grant grant = alive(token).orElse(null);
        if (grant == null) {
            return unauthenticated();
        }
        String account = grant.principal();
        String project = resource.split("/", 3)[1];
        if (!grant.scopes().contains(CLOUD_PLATFORM)) {
            return forbidden("Request had insufficient authentication scopes.", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
                    .by(account);
        }
        if (apiOff.contains(project)) {
            return forbidden(
                            "Kubernetes Engine API has not been used in project " + project
                                    + " before or it is disabled. Enable it by visiting"
                                    + " https://console.developers.google.com/apis/api/container.googleapis.com/overview?project="
                                    + project + " then retry.",
                            "SERVICE_DISABLED")
                    .by(account);
        }
        if (!permissions(account).contains("container.clusters.get")) {
            return forbidden(
                            "Required \"container.clusters.get\" permission(s) for \"" + resource + "\".",
                            "IAM_PERMISSION_DENIED")
                    .by(account);
        }
        EmulatedCluster cluster = clusters.get(resource);
        if (cluster == null) {
            return Reply.of(404, googleError(404, "Not found: " + resource + ".", "NOT_FOUND"))
                    .by(account);
        }
        return Reply.of(200, cluster.toJson(JSON)).by(account);
    }

    private static Reply unauthenticated() {
        return Reply.of(
                401,
                googleError(
                        401,
                        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie"
                                + " or other valid authentication credential.",
                        "UNAUTHENTICATED"));
    }

    private static Reply forbidden(String message, String reason) {
        ObjectNode body = googleError(403, message, "PERMISSION_DENIED");
        ObjectNode detail = ((ObjectNode) body.get("error")).putArray("details").addObject();
        detail.put("@type", "type.googleapis.com/google.rpc.ErrorInfo");
        detail.put("reason", reason);
        detail.put("domain", "googleapis.com");
        return Reply.of(403, body);
    }

    private static ObjectNode googleError(int code, String message, String status) {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode error = body.putObject("error");
        error.put("code", code);
        error.put("message", message);
        error.put("status", status);
        return body;
    }

    private static String bearer(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header != null && header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : "";
    }

    private Optional<Grant> alive(String token) {
        return Optional.ofNullable(grants.get(token))
                .filter(grant -> clock.instant().isBefore(grant.expiresAt()));
    }

    // ---- sts.googleapis.com, GitHub, iamcredentials.googleapis.com, cloudresourcemanager.googleapis.com

    private Reply githubToken(HttpExchange exchange) {
        String bearer = bearer(exchange);
        String audience = formField(String.valueOf(exchange.getRequestURI().getRawQuery()), "audience");
        EmulatedFederation federation = federations.values().stream()
                .filter(known -> known.requestToken().equals(bearer))
                .findFirst()
                .orElse(null);
        if (federation == null || ended.contains(bearer)) {
            ObjectNode body = JSON.createObjectNode();
            body.put("message", "The job that this token belongs to is not running.");
            return Reply.of(401, body);
        }
        String proof = federation.proof(audience, clock.instant());
        issued.add(proof);
        ObjectNode body = JSON.createObjectNode();
        body.put("count", proof.length());
        body.put("value", proof);
        return Reply.of(200, body).by(federation.principal());
    }

    private Reply exchange(String form) {
        if (!formField(form, "grant_type").equals(EXCHANGE)) {
            return oauthError("unsupported_grant_type", "Invalid grant_type");
        }
        EmulatedFederation federation = federations.get(formField(form, "audience"));
        if (federation == null) {
            return oauthError(
                    "invalid_target", "The target service indicated by the \"audience\" parameters is invalid.");
        }
        if (!formField(form, "subject_token_type").equals("urn:ietf:params:oauth:token-type:jwt")
                || !federation.accepts(formField(form, "subject_token"), clock.instant())) {
            return oauthError("invalid_grant", "The credential is rejected by the attribute condition.");
        }
        Set<String> scopes = scopes(formField(form, "scope"));
        if (!Set.of(CLOUD_PLATFORM, USERINFO_EMAIL).containsAll(scopes)) {
            return oauthError("invalid_scope", "The scopes are invalid.");
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.put("access_token", issue(federation.principal(), federation.principal(), scopes, tokenLifetime));
        answer.put("issued_token_type", "urn:ietf:params:oauth:token-type:access_token");
        answer.put("token_type", "Bearer");
        answer.put("expires_in", tokenLifetime.toSeconds());
        return Reply.of(200, answer).by(federation.principal());
    }

    private static Set<String> scopes(String text) {
        return Set.copyOf(Arrays.asList(text.trim().split("\\s+")));
    }

    private Reply impersonate(String path, String token, byte[] body) {
        Grant grant = alive(token).orElse(null);
        if (grant == null) {
            return unauthenticated();
        }
        String email = path.substring(path.lastIndexOf('/') + 1, path.lastIndexOf(':'));
        EmulatedServiceAccount account = accounts.get(email);
        if (account == null || !impersonators.contains(grant.principal() + " " + email)) {
            // As Google does: whoever has no right learns not even whether there is such an account.
            return forbidden(
                            "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
                            "IAM_PERMISSION_DENIED")
                    .by(grant.principal());
        }
        JsonNode request;
        try {
            request = JSON.readTree(body);
        } catch (IOException e) {
            return Reply.of(400, googleError(400, "not JSON", "INVALID_ARGUMENT"));
        }
        String wanted = request.path("lifetime").asText("3600s");
        if (!wanted.matches("[1-9][0-9]{0,3}s")
                || Long.parseLong(wanted.substring(0, wanted.length() - 1)) > LONGEST_ASSERTION.toSeconds()) {
            return Reply.of(400, googleError(400, "Lifetime is not valid.", "INVALID_ARGUMENT"));
        }
        Set<String> scopes = new TreeSet<>();
        request.path("scope").forEach(scope -> scopes.add(scope.asText()));
        Duration lifetime = Duration.ofSeconds(Long.parseLong(wanted.substring(0, wanted.length() - 1)));
        lifetime = lifetime.compareTo(tokenLifetime) < 0 ? lifetime : tokenLifetime;
        ObjectNode answer = JSON.createObjectNode();
        answer.put("accessToken", issue(email, account.uniqueId(), scopes, lifetime));
        answer.put(
                "expireTime",
                clock.instant().plus(lifetime).truncatedTo(ChronoUnit.SECONDS).toString());
        return Reply.of(200, answer).by(grant.principal());
    }

    private Reply testPermissions(String path, String token, byte[] body) {
        Grant grant = alive(token).orElse(null);
        if (grant == null) {
            return unauthenticated();
        }
        if (!path.matches("/v[13]/projects/[^/]+:testIamPermissions")) {
            return Reply.of(404, googleError(404, "Not found: " + path, "NOT_FOUND"));
        }
        ObjectNode answer = JSON.createObjectNode();
        try {
            Set<String> held = permissions(grant.principal());
            for (JsonNode permission : JSON.readTree(body).path("permissions")) {
                if (held.contains(permission.asText())) {
                    answer.withArray("permissions").add(permission.asText());
                }
            }
        } catch (IOException e) {
            return Reply.of(400, googleError(400, "not JSON", "INVALID_ARGUMENT"));
        }
        return Reply.of(200, answer).by(grant.principal());
    }

    private Set<String> permissions(String principal) {
        Set<String> held = new TreeSet<>(VIEWER);
        held.removeAll(withoutPermission.getOrDefault(principal, Set.of()));
        return held;
    }

    // ---- /tokenreview

    private Reply tokenReview(byte[] body) {
        JsonNode review;
        try {
            review = JSON.readTree(body);
        } catch (IOException e) {
            return Reply.of(400, googleError(400, "not JSON", "INVALID_ARGUMENT"));
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.put("apiVersion", "authentication.k8s.io/v1");
        answer.put("kind", "TokenReview");
        ObjectNode status = answer.putObject("status");
        Optional<Grant> grant = alive(review.path("spec").path("token").asText());
        status.put("authenticated", grant.isPresent());
        if (grant.isEmpty()) {
            return Reply.of(200, answer);
        }
        ObjectNode user = status.putObject("user");
        user.put(
                "username",
                grant.get().scopes().contains(USERINFO_EMAIL)
                        ? grant.get().principal()
                        : grant.get().uniqueId());
        user.put("uid", grant.get().uniqueId());
        user.putArray("groups").add("system:authenticated");
        return Reply.of(200, answer).by(grant.get().principal());
    }
}
