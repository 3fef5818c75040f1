package dev.slipway.gke.google.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The Google emulator")
class GoogleEmulatorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BOTH = GoogleEmulator.CLOUD_PLATFORM + " " + GoogleEmulator.USERINFO_EMAIL;

    private final AdjustableClock clock =
            new AdjustableClock(Clock.fixed(Instant.parse("2026-11-23T08:00:00Z"), ZoneOffset.UTC));
    private final GoogleEmulator google = GoogleEmulator.start(0, clock);
    private final EmulatedServiceAccount deployer = google.newServiceAccount("acme", "deployer");
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        google.close();
    }

    @Test
    @DisplayName("gives a token for a good assertion, and says to the API server whose it is")
    void goodAssertion() throws Exception {
        String token = token(deployer, claims -> {});

        JsonNode user = review(token).path("status").path("user");
        assertThat(user.path("username").asText()).isEqualTo("deployer@acme.iam.gserviceaccount.com");
        assertThat(google.requests())
                .containsExactly(
                        new RecordedRequest("POST", "/token", 200, true, deployer.email()),
                        new RecordedRequest("POST", "/tokenreview", 200, true, deployer.email()));
    }

    @Test
    @DisplayName("shows an API server the account's number if the token lacks the e-mail scope, as Google does")
    void withoutEmailScope() throws Exception {
        String token = token(deployer, claims -> claims.put("scope", GoogleEmulator.CLOUD_PLATFORM));

        assertThat(review(token).at("/status/user/username").asText()).isEqualTo(deployer.uniqueId());
    }

    @Test
    @DisplayName("refuses a signature by another account's key")
    void foreignSignature() throws Exception {
        EmulatedServiceAccount other = google.newServiceAccount("acme", "other");

        JsonNode answer = exchange(other, claims -> claims.put("iss", deployer.email()));

        assertThat(answer.path("error").asText()).isEqualTo("invalid_grant");
        assertThat(answer.path("error_description").asText()).isEqualTo("Invalid JWT Signature.");
    }

    @Test
    @DisplayName(
            "refuses an assertion for somebody else, or of a length or a time that Google refuses, or for other scopes")
    void badClaims() throws Exception {
        long now = clock.instant().getEpochSecond();

        assertThat(exchange(deployer, claims -> claims.put("aud", "https://evil.example/token")))
                .asString()
                .contains("Failed audience check");
        assertThat(exchange(deployer, claims -> claims.put("exp", now + 7200)))
                .asString()
                .contains("short-lived token");
        assertThat(exchange(deployer, claims -> claims.put("iat", now - 7200).put("exp", now - 3600)))
                .asString()
                .contains("short-lived token");
        assertThat(exchange(deployer, claims -> claims.put("iat", now + 900).put("exp", now + 1800)))
                .asString()
                .contains("short-lived token");
        assertThat(exchange(deployer, claims -> claims.put("scope", "https://example.com/all")))
                .asString()
                .contains("invalid_scope");
        assertThat(exchange(deployer, claims -> claims.put("iss", "nobody@acme.iam.gserviceaccount.com")))
                .asString()
                .contains("account not found");
        assertThat(google.requests()).allMatch(request -> request.status() == 400 && !request.authorized());
    }

    @Test
    @DisplayName("ends a token when its time is over")
    void tokenEnds() throws Exception {
        google.setTokenLifetime(Duration.ofSeconds(70));
        String token = token(deployer, claims -> {});

        clock.advance(Duration.ofSeconds(69));
        assertThat(review(token).at("/status/authenticated").asBoolean()).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(review(token).at("/status/authenticated").asBoolean()).isFalse();
        assertThat(getCluster("acme", token).path("error").path("code").asInt()).isEqualTo(401);
    }

    @Test
    @DisplayName("tells of a cluster to an account that may see it, and to no other")
    void getsCluster() throws Exception {
        google.put(EmulatedCluster.running("acme", "europe-west1", "main", "127.0.0.1:6443", "PEM"));
        String token = token(deployer, claims -> {});

        assertThat(getCluster("acme", token).path("endpoint").asText()).isEqualTo("127.0.0.1:6443");
        assertThat(getCluster("acme", token)
                        .at("/masterAuth/clusterCaCertificate")
                        .asText())
                .isEqualTo("UEVN");
        assertThat(getCluster("acme", "ya29.c.invented").at("/error/status").asText())
                .isEqualTo("UNAUTHENTICATED");
        assertThat(getCluster("other", token).at("/error/status").asText()).isEqualTo("NOT_FOUND");
        google.setMaySeeClusters(deployer, false);
        assertThat(getCluster("acme", token).at("/error/status").asText()).isEqualTo("PERMISSION_DENIED");
    }

    @Test
    @DisplayName(
            "exchanges GitHub's proof for a token, and no other proof: not a forged, an old or another repository's one")
    void exchangesProofs() throws Exception {
        EmulatedFederation shop = google.newFederation("acme/shop");
        EmulatedFederation other = google.newFederation("evil/fork");
        String proof = shop.proof(shop.audience(), clock.instant());
        String forged = proof.substring(0, proof.lastIndexOf('.')) + "."
                + base64("no signature".getBytes(StandardCharsets.UTF_8));

        assertThat(exchangeProof(shop, proof).path("access_token").asText()).startsWith("ya29.");
        assertThat(exchangeProof(shop, forged).path("error").asText()).isEqualTo("invalid_grant");
        assertThat(exchangeProof(shop, other.proof(shop.audience(), clock.instant()))
                        .path("error")
                        .asText())
                .isEqualTo("invalid_grant");
        assertThat(exchangeProof(other, proof).path("error").asText()).isEqualTo("invalid_grant");
        clock.advance(Duration.ofMinutes(6));
        assertThat(exchangeProof(shop, proof).path("error").asText()).isEqualTo("invalid_grant");
    }

    @Test
    @DisplayName(
            "lets act as an account only whom it was told, and tells a stranger not even whether there is such an account")
    void impersonation() throws Exception {
        EmulatedServiceAccount robot = google.newServiceAccount("acme", "robot");
        String token = token(robot, claims -> {});

        assertThat(impersonate(token, deployer.email()).at("/error/status").asText())
                .isEqualTo("PERMISSION_DENIED");
        assertThat(impersonate(token, "nobody@acme.iam.gserviceaccount.com"))
                .isEqualTo(impersonate(token, deployer.email()));
        google.allowImpersonation(robot.email(), deployer);
        String acting = impersonate(token, deployer.email()).path("accessToken").asText();
        assertThat(review(acting).at("/status/user/username").asText()).isEqualTo(deployer.email());
        assertThat(google.secretLeaksInto(acting)).isTrue();
    }

    @Test
    @DisplayName("notices its own secrets in a text")
    void noticesSecrets() throws Exception {
        String token = token(deployer, claims -> {});

        assertThat(google.secretLeaksInto("Bearer " + token)).isTrue();
        assertThat(google.secretLeaksInto(deployer.keyText())).isTrue();
        assertThat(google.secretLeaksInto(deployer.email() + deployer + google.requests()))
                .isFalse();
    }

    private String token(EmulatedServiceAccount account, Consumer<ObjectNode> change) throws Exception {
        return exchange(account, change).path("access_token").asText();
    }

    private JsonNode exchange(EmulatedServiceAccount account, Consumer<ObjectNode> change) throws Exception {
        long now = clock.instant().getEpochSecond();
        ObjectNode claims = JSON.createObjectNode();
        claims.put("iss", account.email());
        claims.put("aud", google.tokenUri().toString());
        claims.put("iat", now);
        claims.put("exp", now + 3600);
        claims.put("scope", BOTH);
        change.accept(claims);
        String signed = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(JSON.writeValueAsBytes(claims));
        String pem = JSON.readTree(account.keyText()).path("private_key").asText();
        byte[] key = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key)));
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        String form =
                "grant_type=" + URLEncoder.encode("urn:ietf:params:oauth:grant-type:jwt-bearer", StandardCharsets.UTF_8)
                        + "&assertion=" + signed + "." + base64(signature.sign());
        return post("/token", form);
    }

    private JsonNode exchangeProof(EmulatedFederation federation, String proof) throws Exception {
        return post(
                "/v1/token",
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
                        + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&scope="
                        + URLEncoder.encode(BOTH, StandardCharsets.UTF_8) + "&audience="
                        + URLEncoder.encode(federation.audience(), StandardCharsets.UTF_8) + "&subject_token=" + proof);
    }

    private JsonNode impersonate(String token, String account) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        google.endpoint() + "/v1/projects/-/serviceAccounts/" + account + ":generateAccessToken"))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"scope\":[\"" + BOTH.replace(" ", "\",\"") + "\"],\"lifetime\":\"600s\"}"))
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private JsonNode review(String token) throws Exception {
        ObjectNode review = JSON.createObjectNode();
        review.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenReview");
        review.putObject("spec").put("token", token);
        return post("/tokenreview", JSON.writeValueAsString(review));
    }

    private JsonNode post(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(google.endpoint() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private JsonNode getCluster(String project, String token) throws Exception {
        URI uri = URI.create(google.endpoint() + "/v1/projects/" + project + "/locations/europe-west1/clusters/main");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
