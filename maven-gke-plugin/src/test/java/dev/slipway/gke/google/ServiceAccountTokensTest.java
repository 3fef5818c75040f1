package dev.slipway.gke.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.google.emulator.AdjustableClock;
import dev.slipway.gke.google.emulator.EmulatedServiceAccount;
import dev.slipway.gke.google.emulator.GoogleEmulator;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.TokenSource;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The tokens of a service account")
class ServiceAccountTokensTest {
    private final GoogleEmulator google = GoogleEmulator.start();
    private final EmulatedServiceAccount deployer = google.newServiceAccount("acme", "deployer");

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        google.close();
    }

    @Nested
    @DisplayName("come from a key that")
    class ComeFrom {
        @Test
        @DisplayName("is given as JSON")
        void json() {
            TokenSource tokens = tokens(deployer.keyText());

            assertThat(tokens.token().reveal()).startsWith("ya29.");
            assertThat(tokens.identity()).isEqualTo("deployer@acme.iam.gserviceaccount.com");
        }

        @Test
        @DisplayName("is given as base64 of its JSON, in one line or in many")
        void base64() {
            byte[] key = deployer.keyText().getBytes(StandardCharsets.UTF_8);

            assertThat(tokens(Base64.getEncoder().encodeToString(key)).token()).isNotNull();
            assertThat(tokens(Base64.getMimeEncoder().encodeToString(key) + "\n")
                            .token())
                    .isNotNull();
        }

        @Test
        @DisplayName("lies in a file of the user's own")
        void file() throws Exception {
            assertThat(tokens(keyFile("rw-------").toString()).token()).isNotNull();
        }
    }

    @Nested
    @DisplayName("are refused if the key")
    class AreRefused {
        @ParameterizedTest
        @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw--w----", "rw----r--"})
        @DisplayName("lies in a file that others can read or change")
        void openFile(String permissions) throws Exception {
            Path file = keyFile(permissions);

            DeployFailure failure = failure(file.toString());

            assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_EXPOSED);
            assertThat(failure.where()).isEqualTo(file.toString());
            assertThat(failure.tryThis()).isEqualTo("Run: chmod 600 " + file);
        }

        @Test
        @DisplayName("names a token endpoint that is not Google's, to which then nothing is sent")
        void foreignTokenUri() {
            try (GoogleEmulator thief = GoogleEmulator.start()) {
                String key = deployer.keyText(Map.of("token_uri", thief.endpoint() + "/token"));

                assertThat(failure(key).code()).isEqualTo(FailureCode.TOKEN_ENDPOINT_FORBIDDEN);
                assertThat(failure(key).what()).contains(thief.endpoint().getAuthority());
                assertThat(thief.requests()).isEmpty();
            }
        }

        @Test
        @DisplayName("points at the emulator although nothing says that we may go there")
        void overrideNotConfigured() {
            assertThatThrownBy(() -> from(deployer.keyText(), Optional.empty()))
                    .isInstanceOfSatisfying(
                            DeployFailure.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.TOKEN_ENDPOINT_FORBIDDEN));
            assertThat(google.requests()).isEmpty();
        }

        @Test
        @DisplayName("names an endpoint that only begins like the one that is allowed")
        void lookalike() {
            int port = google.endpoint().getPort();
            for (String tokenUri : new String[] {
                "http://127.0.0.1:" + port + "0/token",
                "http://127.0.0.1:" + port + "@evil.example/token",
                "http://127.0.0.1.evil.example:" + port + "/token",
                "https://127.0.0.1:" + port + "/token",
                "http://evil.example/http://127.0.0.1:" + port + "/token",
                "https://oauth2.googleapis.com.evil.example/token",
                "https://oauth2.googleapis.com@evil.example/token",
                "http://oauth2.googleapis.com/token",
                "https://oauth2.googleapis.com/token?x=1",
            }) {
                assertThat(failure(deployer.keyText(Map.of("token_uri", tokenUri)))
                                .code())
                        .as(tokenUri)
                        .isEqualTo(FailureCode.TOKEN_ENDPOINT_FORBIDDEN);
            }
        }

        @Test
        @DisplayName("belongs to another cloud")
        void otherUniverse() {
            DeployFailure failure = failure(deployer.keyText(Map.of("universe_domain", "evil.example")));

            assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_UNREADABLE);
            assertThat(failure.what()).contains("another cloud");
        }

        @Test
        @DisplayName("is of a type that could run programs or ask strangers")
        void externalAccount() {
            DeployFailure failure = failure(
                    "{\"type\":\"external_account\",\"credential_source\":{\"executable\":{\"command\":\"id\"}}}");

            assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_UNREADABLE);
            assertThat(failure.what()).contains("of type external_account");
            assertThat(failure.tryThis()).contains("GOOGLE_APPLICATION_CREDENTIALS");
        }

        @Test
        @DisplayName("is cut off, changed, or not there, and no word of it is repeated")
        void neverRepeated() {
            String key = deployer.keyText();
            String base64 = Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
            for (String broken : new String[] {
                key.substring(0, key.length() / 2),
                key.substring(20),
                key.replace("BEGIN PRIVATE KEY", "BEGIN KEY"),
                key.replace("\"private_key\"", "\"privat\""),
                key.replace("\\n", "\n"),
                key.replaceFirst("MII", "MIX"),
                base64.substring(0, base64.length() / 2 / 4 * 4),
                base64.substring(3),
                "/no/such/folder/key.json",
            }) {
                DeployFailure failure = failure(broken);
                StringWriter everything = new StringWriter();
                failure.printStackTrace(new PrintWriter(everything));
                everything.append(failure.what()).append(failure.where()).append(failure.tryThis());

                assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_UNREADABLE);
                assertThat(google.secretLeaksInto(everything.toString()))
                        .as(everything.toString())
                        .isFalse();
                assertThat(everything.toString()).doesNotContain(base64.substring(40, 60));
            }
        }

        @Test
        @DisplayName("was deleted, or its account was, as Google says")
        void revoked() {
            TokenSource tokens = tokens(deployer.keyText());
            google.delete(deployer);

            assertThatThrownBy(tokens::token).isInstanceOfSatisfying(DeployFailure.class, failure -> {
                assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_REJECTED);
                assertThat(failure.what()).isEqualTo("Google knows no account " + deployer.email());
                assertThat(failure.where()).isEqualTo("GKE_SA_KEY");
            });
        }

        @Test
        @DisplayName("is not the one that Google has for the account")
        void otherKey() {
            String otherKey = google.newServiceAccount("acme", "other").privateKeyPem();

            TokenSource tokens = tokens(deployer.keyText(Map.of("private_key", otherKey)));

            assertThatThrownBy(tokens::token)
                    .isInstanceOfSatisfying(
                            DeployFailure.class,
                            failure -> assertThat(failure.what()).startsWith("Google no longer accepts this key"));
        }
    }

    @Nested
    @DisplayName("stay fresh:")
    class StayFresh {
        private final AdjustableClock clock = new AdjustableClock(Clock.systemUTC());

        @Test
        @DisplayName("a token of an hour is used again until five minutes before its end")
        void hour() {
            TokenSource tokens = tokens(deployer.keyText(), clock);
            String first = tokens.token().reveal();

            clock.advance(Duration.ofMinutes(54));
            assertThat(tokens.token().reveal()).isEqualTo(first);
            clock.advance(Duration.ofMinutes(2));
            assertThat(tokens.token().reveal()).isNotEqualTo(first);
            assertThat(google.requests("/token")).isEqualTo(2);
        }

        @Test
        @DisplayName(
                "a token of 70 seconds is used for ten seconds, so that it is good for a minute whenever it is handed out")
        void seventySeconds() {
            google.setTokenLifetime(Duration.ofSeconds(70));
            TokenSource tokens = tokens(deployer.keyText(), clock);
            String first = tokens.token().reveal();

            clock.advance(Duration.ofSeconds(8));
            assertThat(tokens.token().reveal()).isEqualTo(first);
            clock.advance(Duration.ofSeconds(3));
            assertThat(tokens.token().reveal()).isNotEqualTo(first);
            assertThat(tokens.token().expiresAt())
                    .isAfterOrEqualTo(Instant.now().plusSeconds(60));
        }

        @Test
        @DisplayName("with tokens of 70 seconds, one that lives is at hand in every second of three minutes")
        void threeMinutes() {
            GoogleEmulator here = GoogleEmulator.start(0, clock);
            try (here) {
                here.setTokenLifetime(Duration.ofSeconds(70));
                TokenSource tokens =
                        Given.key(here.newServiceAccount("acme", "deployer").keyText(), here, clock);
                for (int second = 0; second < 180; second++) {
                    assertThat(here.lives(tokens.token().reveal()))
                            .as("second %s", second)
                            .isTrue();
                    clock.advance(Duration.ofSeconds(1));
                }
            }
        }

        @Test
        @DisplayName("a key that is revoked in the middle is said to be that")
        void revokedInTheMiddle() {
            TokenSource tokens = tokens(deployer.keyText(), clock);
            AccessToken first = tokens.token();
            google.delete(deployer);

            assertThatThrownBy(() -> tokens.insteadOf(first)).isInstanceOfSatisfying(DeployFailure.class, failure -> {
                assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_EXPIRED);
                assertThat(failure.what())
                        .isEqualTo("The credentials of deployer@acme.iam.gserviceaccount.com have ended or were revoked"
                                + " while they were in use: Google knows no account"
                                + " deployer@acme.iam.gserviceaccount.com");
                assertThat(failure.where()).isEqualTo("GKE_SA_KEY");
            });
        }

        @Test
        @DisplayName("a token that a server refused is replaced once, however many ask for it")
        void insteadOf() {
            TokenSource tokens = tokens(deployer.keyText(), clock);
            AccessToken first = tokens.token();

            AccessToken second = tokens.insteadOf(first);

            assertThat(second.reveal()).isNotEqualTo(first.reveal());
            assertThat(tokens.insteadOf(first).reveal()).isEqualTo(second.reveal());
            assertThat(google.requests("/token")).isEqualTo(2);
        }

        @Test
        @DisplayName("while Google is away for a moment, the last token serves for as long as it is good for a minute")
        void googleAway() {
            TokenSource tokens = tokens(deployer.keyText(), clock);
            String first = tokens.token().reveal();

            google.fail("/token", 400, 2);
            clock.advance(Duration.ofMinutes(56));
            assertThat(tokens.token().reveal()).isEqualTo(first);
            clock.advance(Duration.ofMinutes(3).plusSeconds(30));
            assertThatThrownBy(tokens::token).isInstanceOf(DeployFailure.class);
            assertThat(tokens.token().reveal()).isNotEqualTo(first);
        }

        @Test
        @DisplayName("a token endpoint that answers 503 is asked again")
        void retries() {
            google.fail("/token", 503, 1);

            assertThat(tokens(deployer.keyText()).token()).isNotNull();
            assertThat(google.requests("/token")).isEqualTo(2);
        }

        @Test
        @DisplayName("a token endpoint that is not there is named")
        void unreachable() {
            TokenSource tokens = tokens(deployer.keyText());
            google.close();

            assertThatThrownBy(tokens::token).isInstanceOfSatisfying(DeployFailure.class, failure -> {
                assertThat(failure.code()).isEqualTo(FailureCode.GOOGLE_UNREACHABLE);
                assertThat(failure.where()).contains("127.0.0.1");
            });
        }
    }

    @Test
    @DisplayName("do not show themselves")
    void masked() {
        TokenSource tokens = tokens(deployer.keyText());

        assertThat(google.secretLeaksInto(tokens.token() + " " + tokens)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://google.example",
                "ftp://127.0.0.1",
                "http://127.0.0.1@evil.example",
                "http://user:pass@127.0.0.1:8080"
            })
    @DisplayName("are refused if what stands in for Google would see them without TLS")
    void unsafeOverride(String override) {
        assertThatThrownBy(() -> from(deployer.keyText(), Optional.of(URI.create(override))))
                .isInstanceOfSatisfying(
                        DeployFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.CONFIGURATION_INVALID));
    }

    private Path keyFile(String permissions) throws Exception {
        Path file = folder.resolve("key-" + permissions + ".json");
        Files.writeString(file, deployer.keyText());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    private static TokenSource from(String key, Optional<URI> override) {
        return GoogleTokens.from(Map.of("GKE_SA_KEY", key)::get, Optional.empty(), override, Proxies.NONE);
    }

    private TokenSource tokens(String key) {
        return Given.key(key, google);
    }

    private TokenSource tokens(String key, Clock clock) {
        return Given.key(key, google, clock);
    }

    private DeployFailure failure(String key) {
        try {
            tokens(key);
        } catch (DeployFailure e) {
            return e;
        }
        throw new AssertionError("the key was taken");
    }
}
