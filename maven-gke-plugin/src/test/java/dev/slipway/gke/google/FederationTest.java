package dev.slipway.gke.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.google.emulator.AdjustableClock;
import dev.slipway.gke.google.emulator.EmulatedFederation;
import dev.slipway.gke.google.emulator.EmulatedServiceAccount;
import dev.slipway.gke.google.emulator.GoogleEmulator;
import dev.slipway.gke.google.emulator.RecordedRequest;
import dev.slipway.gke.port.TokenSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Without a key, by Workload Identity Federation, as google-github-actions/auth sets it up:")
class FederationTest {
    private final AdjustableClock clock = new AdjustableClock(Clock.systemUTC());
    private final GoogleEmulator google = GoogleEmulator.start(0, clock);
    private final EmulatedServiceAccount deployer = google.newServiceAccount("acme", "deployer");
    private final EmulatedFederation federation = google.newFederation("acme/shop");

    @TempDir
    Path folder;

    @BeforeEach
    void allow() {
        google.allowImpersonation(federation.principal(), deployer);
    }

    @AfterEach
    void stop() {
        google.close();
    }

    @Test
    @DisplayName("the workflow shows GitHub's proof to Google, and acts as the service account")
    void account() throws Exception {
        TokenSource tokens = tokens(federation.configuration(deployer));

        assertThat(tokens.identity()).isEqualTo(deployer.email());
        assertThat(tokens.token().reveal()).startsWith("ya29.");
        assertThat(google.requests().stream().map(RecordedRequest::path))
                .endsWith(
                        "/github/token",
                        "/v1/token",
                        "/v1/projects/-/serviceAccounts/" + deployer.email() + ":generateAccessToken");
    }

    @Test
    @DisplayName("without a service account it acts for itself")
    void direct() throws Exception {
        TokenSource tokens = tokens(federation.configuration());

        assertThat(tokens.identity()).isEqualTo("the federated identity of this build");
        assertThat(tokens.token()).isNotNull();
        assertThat(google.requests("/v1/projects")).isZero();
    }

    @Test
    @DisplayName("tokens of five minutes are replaced in time, each by a new proof, for as long as the job runs")
    void refreshed() throws Exception {
        google.setTokenLifetime(Duration.ofMinutes(5));
        TokenSource tokens = tokens(federation.configuration(deployer));
        String first = tokens.token().reveal();

        for (int i = 0; i < 20; i++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(tokens.token().expiresAt()).isAfter(clock.instant().plusSeconds(59));
        }
        assertThat(tokens.token().reveal()).isNotEqualTo(first);
        assertThat(google.requests("/github/token")).isGreaterThan(4);
    }

    @Test
    @DisplayName("when the job has ended, the credentials are said to have ended, not Google to be away")
    void jobEnded() throws Exception {
        google.setTokenLifetime(Duration.ofMinutes(5));
        TokenSource tokens = tokens(federation.configuration(deployer));
        tokens.token();
        google.endJob(federation);
        clock.advance(Duration.ofMinutes(5));

        DeployFailure failure = failure(tokens);

        assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_EXPIRED);
        assertThat(failure.what())
                .isEqualTo(
                        "The credentials of deployer@acme.iam.gserviceaccount.com have ended or were revoked while they"
                                + " were in use: There is no proof to show to Google's Security Token Service: whoever gives it"
                                + " answers 401");
        assertThat(failure.tryThis()).contains("id-token: write");
    }

    @Test
    @DisplayName("a provider that does not take the proof is named as that")
    void refusedProof() throws Exception {
        String other = federation.configuration().replace("acme-shop\",\"subject", "acme-other\",\"subject");

        DeployFailure failure = failure(tokens(other));

        assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_REJECTED);
        assertThat(failure.what())
                .isEqualTo("Google's Security Token Service does not take the proof of this build: invalid_target");
    }

    @Test
    @DisplayName("who may not act as the account is told the role that is missing")
    void mayNotImpersonate() throws Exception {
        EmulatedServiceAccount other = google.newServiceAccount("acme", "other");

        DeployFailure failure = failure(tokens(federation.configuration(other)));

        assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_REJECTED);
        assertThat(failure.what())
                .isEqualTo("the federated identity of this build may not act as " + other.email()
                        + ": Google answers 403");
        assertThat(failure.tryThis()).contains("roles/iam.workloadIdentityUser");
    }

    @Test
    @DisplayName("the proof may lie in a file")
    void fileSource() throws Exception {
        Path proof = folder.resolve("proof");
        Files.writeString(proof, federation.proof(federation.audience(), clock.instant()));

        assertThat(tokens(withSource("{\"file\":\"" + proof + "\"}")).token()).isNotNull();
    }

    @Test
    @DisplayName("a program that the file names is not run")
    void executable() throws Exception {
        Path witness = folder.resolve("witness");

        DeployFailure failure = refused(withSource("{\"executable\":{\"command\":\"/usr/bin/touch " + witness
                + "\",\"timeout_millis\":5000,\"output_file\":\"" + folder.resolve("out") + "\"}}"));

        assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_UNREADABLE);
        assertThat(failure.what()).contains("would run a program");
        assertThat(witness).doesNotExist();
        assertThat(google.requests()).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "token_url, https://sts.googleapis.com.evil.example/v1/token",
        "token_url, https://evil.example/v1/token",
        "token_url, http://sts.googleapis.com/v1/token",
        "token_url, https://sts.googleapis.com@evil.example/v1/token",
        "token_url, https://sts.googleapis.com/v1/token?x=1",
        "token_url, https://storage.googleapis.com/v1/token",
        "service_account_impersonation_url,"
                + " https://evil.example/v1/projects/-/serviceAccounts/a@b.iam.gserviceaccount.com:generateAccessToken",
        "service_account_impersonation_url,"
                + " https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b/../../x:generateAccessToken",
        "token_info_url, https://evil.example/v1/introspect"
    })
    @DisplayName("a file that would send us to somebody else than Google is refused, and nobody is asked anything")
    void foreign(String field, String url) throws Exception {
        String changed = federation
                .configuration()
                .replace(
                        "\"token_url\":\"https://sts.googleapis.com/v1/token\"",
                        field.equals("token_url")
                                ? "\"token_url\":\"" + url + "\""
                                : "\"token_url\":\"https://sts.googleapis.com/v1/token\",\"" + field + "\":\"" + url
                                        + "\"");

        DeployFailure failure = refused(changed);

        assertThat(failure.code()).isEqualTo(FailureCode.TOKEN_ENDPOINT_FORBIDDEN);
        assertThat(failure.what()).startsWith("The credentials' " + field + " is ");
        assertThat(google.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"url\":\"http://evil.example/token\"}|would fetch their proof without TLS",
                "{\"environment_id\":\"aws1\",\"url\":\"http://169.254.169.254/x\"}|in a way that this plugin does not know",
                "{}|in a way that this plugin does not know"
            })
    @DisplayName("a proof that others could read or that comes in an unknown way is refused")
    void otherSources(String source, String why) throws Exception {
        assertThat(refused(withSource(source)).what()).contains(why);
    }

    @Test
    @DisplayName("a file of another cloud, or of an unknown type, is refused")
    void otherCloud() throws Exception {
        assertThat(refused(federation.configuration().replace("domain\":\"googleapis.com", "domain\":\"evil.example"))
                        .what())
                .contains("another cloud");
        assertThat(refused("{\"type\":\"gdch_service_account\"}").what()).contains("gdch_service_account");
    }

    @Test
    @DisplayName("a key that GOOGLE_APPLICATION_CREDENTIALS names and others can read is refused")
    void exposedKey() throws Exception {
        Path file = file(deployer.keyText());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> tokens(file, Optional.empty()));

        assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_EXPOSED);
        assertThat(failure.tryThis()).isEqualTo("Run: chmod 600 " + file);
    }

    @Test
    @DisplayName("gke.impersonate acts as another account, by a key or by a federation")
    void impersonate() throws Exception {
        EmulatedServiceAccount robot = google.newServiceAccount("acme", "robot");
        google.allowImpersonation(robot.email(), deployer);

        TokenSource byKey =
                Given.of(Map.of("GKE_SA_KEY", robot.keyText()), Optional.of(deployer.email()), google, clock);
        assertThat(byKey.identity()).isEqualTo(deployer.email());
        assertThat(byKey.token()).isNotNull();
        assertThat(google.requests())
                .last()
                .extracting(RecordedRequest::path, RecordedRequest::identity)
                .containsExactly(
                        "/v1/projects/-/serviceAccounts/" + deployer.email() + ":generateAccessToken", robot.email());
        assertThat(tokens(file(federation.configuration()), Optional.of(deployer.email()))
                        .token())
                .isNotNull();
    }

    @Test
    @DisplayName("gke.impersonate of an account that one may not act as names both, and the role")
    void mayNotActAs() {
        EmulatedServiceAccount robot = google.newServiceAccount("acme", "robot");

        DeployFailure failure =
                failure(Given.of(Map.of("GKE_SA_KEY", robot.keyText()), Optional.of(deployer.email()), google, clock));

        assertThat(failure.code()).isEqualTo(FailureCode.CREDENTIALS_REJECTED);
        assertThat(failure.what())
                .isEqualTo(robot.email() + " may not act as " + deployer.email() + ": Google answers 403");
        assertThat(failure.tryThis()).contains("roles/iam.serviceAccountTokenCreator");
    }

    @Test
    @DisplayName("Google's Security Token Service away for long is said to be away")
    void away() throws Exception {
        TokenSource tokens = tokens(federation.configuration());
        google.close();
        Instant start = Instant.now();

        DeployFailure failure = failure(tokens);

        assertThat(failure.code()).isIn(FailureCode.GOOGLE_UNREACHABLE, FailureCode.CREDENTIALS_REJECTED);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(35));
    }

    private String withSource(String source) {
        String configuration = federation.configuration();
        return configuration.substring(0, configuration.indexOf("\"credential_source\"")) + "\"credential_source\":"
                + source + "}";
    }

    private Path file(String text) throws Exception {
        Path file = folder.resolve("credentials.json");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private TokenSource tokens(String configuration) throws Exception {
        return tokens(file(configuration), Optional.empty());
    }

    private TokenSource tokens(Path file, Optional<String> impersonate) {
        return Given.of(Map.of("GOOGLE_APPLICATION_CREDENTIALS", file.toString()), impersonate, google, clock);
    }

    private DeployFailure refused(String configuration) throws Exception {
        Path file = file(configuration);
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, () -> tokens(file, Optional.empty()));
        assertThat(failure).isNotNull();
        assertThat(failure.where()).isEqualTo(file.toString());
        return failure;
    }

    private DeployFailure failure(TokenSource tokens) {
        DeployFailure failure = catchThrowableOfType(DeployFailure.class, tokens::token);
        assertThat(failure).isNotNull();
        assertThat(google.secretLeaksInto(failure.what() + failure.where() + failure.tryThis() + failure))
                .isFalse();
        return failure;
    }
}
