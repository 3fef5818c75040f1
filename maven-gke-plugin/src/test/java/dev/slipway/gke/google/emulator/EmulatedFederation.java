package dev.slipway.gke.google.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/**
 * Workload Identity Federation with GitHub: a provider that trusts GitHub's proofs about one repository, and the file that
 * {@code google-github-actions/auth} writes for it. GitHub's key is made in this JVM.
 */
public final class EmulatedFederation {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PROOF = Duration.ofMinutes(5);
    private static final KeyPair GITHUB = newKeys();
    private static final String POOL = "projects/123456789/locations/global/workloadIdentityPools/github";

    private final String repository;
    private final URI endpoint;
    private final String requestToken = "ghs_" + UUID.randomUUID().toString().replace("-", "");

    private EmulatedFederation(String repository, URI endpoint) {
        this.repository = repository;
        this.endpoint = endpoint;
    }

    static EmulatedFederation create(String repository, URI endpoint) {
        return new EmulatedFederation(repository, endpoint);
    }

    /** {@return the full name of the provider} */
    public String audience() {
        return "//iam.googleapis.com/" + POOL + "/providers/" + repository.replace('/', '-');
    }

    /** {@return who the workflow is to Google, if it acts for itself} */
    public String principal() {
        return "principal://iam.googleapis.com/" + POOL + "/subject/" + subject();
    }

    /** {@return what the job shows to GitHub to get its proof, {@code ACTIONS_ID_TOKEN_REQUEST_TOKEN}} */
    public String requestToken() {
        return requestToken;
    }

    /** {@return the file of {@code google-github-actions/auth}, without a service account} */
    public String configuration() {
        return configuration("");
    }

    /** {@return the file of {@code google-github-actions/auth} with {@code service_account: EMAIL}} */
    public String configuration(EmulatedServiceAccount account) {
        return configuration(
                "\"service_account_impersonation_url\":\"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
                        + account.email() + ":generateAccessToken\",");
    }

    private String configuration(String more) {
        return "{\"universe_domain\":\"googleapis.com\",\"type\":\"external_account\",\"audience\":\"" + audience()
                + "\",\"subject_token_type\":\"urn:ietf:params:oauth:token-type:jwt\","
                + "\"token_url\":\"https://sts.googleapis.com/v1/token\"," + more
                + "\"credential_source\":{\"url\":\"" + endpoint + "/github/token?api-version=2.0&audience="
                + audience().replace("/", "%2F").replace(":", "%3A")
                + "\",\"headers\":{\"Authorization\":\"Bearer " + requestToken
                + "\"},\"format\":{\"type\":\"json\",\"subject_token_field_name\":\"value\"}}}";
    }

    /** {@return GitHub's signed word on who the workflow is, for five minutes} */
    public String proof(String audience, Instant now) {
        try {
            String signed = base64(JSON.writeValueAsBytes(Map.of("alg", "RS256", "typ", "JWT")))
                    + "."
                    + base64(JSON.writeValueAsBytes(Map.of(
                            "iss", "https://token.actions.githubusercontent.com",
                            "aud", audience,
                            "sub", subject(),
                            "iat", now.getEpochSecond(),
                            "exp", now.plus(PROOF).getEpochSecond())));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(GITHUB.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    boolean accepts(String proof, Instant now) {
        String[] parts = proof.split("\\.", -1);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(GITHUB.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            return parts.length == 3
                    && signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && claims.path("aud").asText().equals(audience())
                    && claims.path("sub").asText().equals(subject())
                    && now.getEpochSecond() < claims.path("exp").asLong();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private String subject() {
        return "repo:" + repository + ":ref:refs/heads/main";
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    @Override
    public String toString() {
        return "EmulatedFederation[" + repository + "]";
    }
}
