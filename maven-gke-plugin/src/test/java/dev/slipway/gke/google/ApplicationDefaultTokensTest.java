package dev.slipway.gke.google;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.google.emulator.EmulatedServiceAccount;
import dev.slipway.gke.google.emulator.GoogleEmulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each in a JVM of its own, because the library reads the environment and remembers what it found. */
@DisplayName("Application default credentials")
class ApplicationDefaultTokensTest {
    private final GoogleEmulator google = GoogleEmulator.start();
    private final EmulatedServiceAccount deployer = google.newServiceAccount("acme", "deployer");

    @TempDir
    Path home;

    @AfterEach
    void stop() {
        google.close();
    }

    @Test
    @DisplayName("that are not there are said to be missing, in seconds, with every way to give them")
    void missing() throws Exception {
        Instant start = Instant.now();

        String said = probe(google.endpoint().toString(), Map.of());

        assertThat(said).startsWith("GKE-201|There are no credentials for Google|");
        assertThat(said)
                .contains(
                        "GKE_SA_KEY",
                        "GOOGLE_APPLICATION_CREDENTIALS",
                        "gcloud auth application-default login",
                        "Workload Identity Federation");
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(25));
    }

    @Test
    @DisplayName("may be the key that GOOGLE_APPLICATION_CREDENTIALS names")
    void keyFile() throws Exception {
        String said =
                probe(google.endpoint().toString(), Map.of("GOOGLE_APPLICATION_CREDENTIALS", file(deployer.keyText())));

        assertThat(said).contains("identity " + deployer.email()).contains("token of ");
        assertThat(google.requests("/token")).isEqualTo(1);
    }

    @Test
    @DisplayName("may be the login of gcloud")
    void gcloudLogin() throws Exception {
        Path gcloud = Files.createDirectories(home.resolve("gcloud"));
        Path login = gcloud.resolve("application_default_credentials.json");
        Files.writeString(
                login,
                "{\"type\":\"authorized_user\",\"client_id\":\"c\",\"client_secret\":\"s\",\"refresh_token\":\"r\"}");
        Files.setPosixFilePermissions(login, PosixFilePermissions.fromString("rw-------"));

        // Asking for the token would go to Google itself; that the login is found is enough.
        assertThat(probe("", Map.of("CLOUDSDK_CONFIG", gcloud.toString()), "identity-only"))
                .contains("identity the user of gcloud auth application-default login");
    }

    @Test
    @DisplayName("may be Workload Identity Federation, whose account they name")
    void federation() throws Exception {
        String configuration = """
                {"type": "external_account",
                 "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/github",
                 "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                 "token_url": "https://sts.googleapis.com/v1/token",
                 "service_account_impersonation_url":
                   "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/ci@acme.iam.gserviceaccount.com:generateAccessToken",
                 "credential_source": {"file": "/no/such/token"}}
                """;

        String said = probe("", Map.of("GOOGLE_APPLICATION_CREDENTIALS", file(configuration)));

        assertThat(said).contains("identity ci@acme.iam.gserviceaccount.com").contains("GKE-20");
    }

    @Test
    @DisplayName("that would be shown to somebody else than Google are refused")
    void foreignTokenUri() throws Exception {
        String said = probe("", Map.of("GOOGLE_APPLICATION_CREDENTIALS", file(deployer.keyText())));

        assertThat(said).startsWith("GKE-204|");
        assertThat(google.requests()).isEmpty();
    }

    @Test
    @DisplayName("that make no sense are named by their file, and not repeated")
    void nonsense() throws Exception {
        String file = file("{\"type\": \"service_account\", \"private_key\": \"MIIsecret");

        String said = probe("", Map.of("GOOGLE_APPLICATION_CREDENTIALS", file));

        assertThat(said).startsWith("GKE-202|").contains(file).doesNotContain("MIIsecret");
        assertThat(probe("", Map.of("GOOGLE_APPLICATION_CREDENTIALS", "/no/such/file")))
                .startsWith("GKE-202|")
                .contains("/no/such/file");
    }

    private String file(String content) throws Exception {
        Path file = home.resolve("credentials.json");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file.toString();
    }

    private String probe(String endpoint, Map<String, String> variables, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                DefaultCredentialsProbe.class.getName(),
                endpoint));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> clean = new HashMap<>(variables);
        clean.put("HOME", home.toString());
        clean.putIfAbsent("CLOUDSDK_CONFIG", home.resolve("nothing").toString());
        // A machine of Google's own has credentials that would be found; this one's metadata server is not there.
        clean.put("GCE_METADATA_HOST", "127.0.0.1:1");
        builder.environment().clear();
        builder.environment().putAll(clean);
        Path output = home.resolve("output");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("SLF4J"))
                .reduce("", (all, line) -> all + line + "\n");
    }
}
