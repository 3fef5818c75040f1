package dev.slipway.gke.google.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A service account with one key, made in this JVM. The emulator keeps the public half; {@link #keyText()} is the file that a person would
 * have downloaded from Google, its {@code token_uri} pointing at the emulator.
 */
public final class EmulatedServiceAccount {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, KeyPair> KEYS = new ConcurrentHashMap<>();

    private final String project;
    private final String email;
    private final String uniqueId;
    private final PublicKey publicKey;
    private final String privateKeyText;
    private final Map<String, String> key;

    private EmulatedServiceAccount(String project, String email, String uniqueId, KeyPair keys, URI tokenUri) {
        this.project = project;
        this.email = email;
        this.uniqueId = uniqueId;
        this.publicKey = keys.getPublic();
        this.privateKeyText = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPrivate().getEncoded());
        this.key = new LinkedHashMap<>();
        key.put("type", "service_account");
        key.put("project_id", project);
        key.put("private_key_id", UUID.randomUUID().toString().replace("-", ""));
        key.put("private_key", "-----BEGIN PRIVATE KEY-----\n" + privateKeyText + "\n-----END PRIVATE KEY-----\n");
        key.put("client_email", email);
        key.put("client_id", uniqueId);
        key.put("auth_uri", "https://accounts.google.com/o/oauth2/auth");
        key.put("token_uri", tokenUri.toString());
        key.put("auth_provider_x509_cert_url", "https://www.googleapis.com/oauth2/v1/certs");
        key.put("universe_domain", "googleapis.com");
    }

    /** Keys are made once per address and JVM, because making one takes a good part of a second. */
    static EmulatedServiceAccount create(String project, String name, URI tokenUri) {
        String email = name + "@" + project + ".iam.gserviceaccount.com";
        String uniqueId = "1" + String.format("%020d", Math.abs((long) email.hashCode()));
        KeyPair keys = KEYS.computeIfAbsent(email, address -> newKeys());
        return new EmulatedServiceAccount(project, email, uniqueId, keys, tokenUri);
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    /** {@return the account's e-mail address, which is also its user name at an API server} */
    public String email() {
        return email;
    }

    /** {@return the project that the account belongs to} */
    public String project() {
        return project;
    }

    /** {@return the account's number, its user name at an API server for a token without the e-mail scope} */
    public String uniqueId() {
        return uniqueId;
    }

    /** {@return the key file's text, as Google's console writes it} */
    public String keyText() {
        return keyText(Map.of());
    }

    /** {@return the key file's text with some fields changed or added: for keys that somebody tampered with} */
    public String keyText(Map<String, String> changes) {
        Map<String, String> changed = new LinkedHashMap<>(key);
        changed.putAll(changes);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(changed);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts is JSON", e);
        }
    }

    /** {@return the private key alone, as PEM} */
    public String privateKeyPem() {
        return key.getOrDefault("private_key", "");
    }

    /** {@return whether the text holds any line of the private key, plain or in base64 once more} */
    public boolean keyLeaksInto(String text) {
        return privateKeyText.lines().anyMatch(text::contains)
                || text.contains(Base64.getEncoder()
                        .encodeToString(keyText().getBytes(StandardCharsets.UTF_8))
                        .substring(0, 200));
    }

    PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public String toString() {
        return "EmulatedServiceAccount[" + email + "]";
    }
}
