package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Canaries sit where secrets sit: in the values file under a name that says so, in a Secret object of the chart, in a JSON document
 * in it, in the key. The service writes them to its log and answers with them, as careless services do. Every build runs with
 * {@code -X -e}, as a step of GitHub Actions.
 */
@EndToEnd
@Order(9)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName(
        "What is secret in the values, in Secret objects and in the key is in no output, report, temporary file or command line:")
class LeakIT {
    private static final String SECRET = """
            apiVersion: v1
            kind: Secret
            metadata: {name: {{ .Release.Name }}}
            stringData:
              note: {{ .Values.note | quote }}
              settings.json: |
                {"user": "robot", "pin": {{ .Values.pin | quote }}}
            """;
    private static final String CONFIG_MAP = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: {{ .Release.Name }}}
            data:
              dsn: robot {{ .Values.database.password }} at the database
            """;
    /** What docs/deployer-role.yaml has not, because the chart of this repository has neither. */
    private static final String RIGHTS = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: canary, namespace: NAMESPACE}
            rules:
              - {apiGroups: [""], resources: [secrets], verbs: [patch]}
              - {apiGroups: [""], resources: [configmaps], verbs: [get, create, patch, delete]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: canary, namespace: NAMESPACE}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: canary}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: DEPLOYER}]
            """;

    private final Workshop workshop;
    private final Google google;
    private final Faulty faulty;
    private final Path summary;
    private final List<String> secrets = new CopyOnWriteArrayList<>();
    private final List<String> canaries = new ArrayList<>();
    private final CommandLines commandLines;
    private final TemporaryFiles temporaryFiles;

    LeakIT(Workshop workshop) throws IOException {
        this.workshop = workshop;
        google = workshop.google();
        faulty = workshop.faulty("canary-leak");
        summary = faulty.file("summary.md");
        String key =
                new ObjectMapper().readTree(google.key()).path("private_key").asText();
        key.lines().filter(line -> line.length() > 40 && !line.startsWith("-")).forEach(secrets::add);
        commandLines = new CommandLines(this::leaks);
        temporaryFiles = new TemporaryFiles(faulty.temporary(), this::holds);
    }

    @BeforeAll
    void prepare() throws IOException {
        google.grant(faulty.namespace());
        workshop.cluster()
                .apply(RIGHTS.replace("NAMESPACE", faulty.namespace()).replace("DEPLOYER", google.deployer()));
        faulty.template("secret.yaml", SECRET);
        faulty.template("configmap.yaml", CONFIG_MAP);
        Files.writeString(summary, "");
    }

    @AfterAll
    void takeAway() {
        commandLines.close();
        temporaryFiles.close();
        faulty.deleteNamespace();
    }

    @Test
    @Order(1)
    @DisplayName("not of a deploy, whose service itself says what it should not")
    void deploy() {
        Run run = run("deploy", values("1", "")).succeeds();

        clean(run);
        String said = workshop.cluster()
                .kubectl("logs", "deployment/faulty", "-n", faulty.namespace())
                .text();
        assertThat(canaries).as("what the service says").allMatch(said::contains);
        assertThat(run.text()).contains("\"prediction\"").contains("****");
    }

    @Test
    @Order(2)
    @DisplayName("not of status, logs, verify, doctor, or of a plan with other secrets")
    void goals() throws IOException {
        String before = values("1", "");
        Run looking = run("gke:status gke:logs gke:verify gke:doctor", before).succeeds();
        clean(looking);
        assertThat(looking.text()).containsPattern("version 1 .*\\*\\*\\*\\*.* serves on 8000");

        try (Running following = run("gke:logs", before)
                .with("-Dgke.logs.follow", "-Dgke.timeout=2m")
                .start()) {
            following.until(Pattern.compile("version 1 .*\\*\\*\\*\\*.* serves on 8000"), Duration.ofMinutes(2));
            clean(following.terminate().end());
        }

        // What is in the cluster is secret still when the values have moved on.
        Run plan = run("gke:plan", rotated("2", "")).succeeds();
        clean(plan);
        assertThat(plan.text())
                .contains("data.note: (hidden) -> (hidden)")
                .contains("~ ConfigMap/faulty")
                .contains("~ Deployment/faulty");
        assertThat(faulty.file("target/gke/plan.html")).exists();
        assertThat(Files.readString(faulty.file("target/gke/doctor.json"))).contains("rights");
    }

    @Test
    @Order(3)
    @DisplayName("not of a deploy with a Helm binary, which says more and is another process")
    void helmBinary() {
        Run run = run("deploy", values("2", ""))
                .with(
                        "-Dgke.helm.engine=cli",
                        "-Dgke.helm.executable=" + workshop.helms().get(1).path())
                .succeeds();

        clean(run);
    }

    @Test
    @Order(4)
    @DisplayName("not of a crash loop whose last words they are, nor of the way back")
    void crashLoop() throws IOException {
        Run run = run("deploy", rotated("3", "exitCode: \"$(NOTE) $(DATABASE_PASSWORD) $(PIN)\""))
                .fails();

        assertThat(faulty.report().at("/failure/code").asText()).isEqualTo("GKE-505");
        assertThat(run.errors()).containsPattern("EXIT_CODE=.*\\*\\*\\*\\*.* is not a number");
        assertThat(run.text()).contains("::error title=GKE-505::");
        for (Path report : List.of(
                faulty.file("target/gke/deployment.json"), faulty.file("target/gke/deployment.html"), summary)) {
            assertThat(Files.readString(report)).as(report.toString()).contains("is not a number");
        }
        clean(run);
    }

    @Test
    @Order(5)
    @DisplayName("not of a rollback to a revision with other secrets")
    void rollback() {
        Run run = run("gke:rollback", values("3", "")).with("-Dgke.revision=1").succeeds();

        clean(run);
    }

    @Test
    @Order(6)
    @DisplayName("not of a values file that cannot be read, or that a template refuses")
    void brokenValues() {
        String values = values("4", "");
        String broken = values.replace("database: {password: ", "database: {password: [");
        assertThat(broken).isNotEqualTo(values);
        Run unreadable = run("deploy", broken).fails();
        assertThat(unreadable.errors()).contains("GKE-402: The values file cannot be read");
        clean(unreadable);

        faulty.template(
                "picky.yaml",
                "{{ if ne .Values.version \"1\" }}{{ fail (printf \"no %s\" .Values.database.password) }}{{ end }}");
        Run refused = run("deploy", values).fails();
        assertThat(refused.errors()).contains("no ****");
        clean(refused);
        faulty.template("picky.yaml", "");
    }

    @Test
    @Order(7)
    @DisplayName("not of taking it all away")
    void undeploy() {
        clean(run("gke:undeploy", values("5", "")).succeeds());
    }

    @Test
    @Order(8)
    @DisplayName(
            "and they are in no file that is left, in none while the builds ran but the chart of a rollback in its private"
                    + " folder, and on no command line")
    void afterwards() throws IOException {
        List<Path> searched = new ArrayList<>();
        List<Path> leaks = new ArrayList<>();
        for (Path place : List.of(faulty.file("target"), summary, faulty.temporary(), workshop.logs())) {
            try (Stream<Path> files = Files.walk(place)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    searched.add(file);
                    if (leaks(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))) {
                        leaks.add(file);
                    }
                }
            }
        }
        assertThat(searched)
                .contains(summary)
                .extracting(file -> file.getFileName().toString())
                .contains("deployment.json", "deployment.html", "plan.json", "plan.html", "doctor.json", "status.json");
        assertThat(leaks).isEmpty();
        assertThat(temporaryFiles.read()).as("temporary files").isNotEmpty();
        assertThat(commandLines.seen())
                .as("builds that were watched")
                .anyMatch(line -> line.contains("gke:rollback"))
                .anyMatch(line -> line.contains(" upgrade faulty "));
        assertThat(commandLines.leaks()).isEmpty();
        // The search finds what is there.
        assertThat(leaks(Files.readString(faulty.file("values.yaml")))).isTrue();
    }

    /** {@return a goal in all its loudness} */
    private MavenCommand run(String command, String values) {
        return faulty.mvn(command, values)
                .with(
                        "-X",
                        "-e",
                        "-Dgke.target=gke",
                        "-Dgke.googleEndpoint=http://127.0.0.1:" + Google.PORT,
                        "-Dgke.verify.path=/predict",
                        "-Dgke.verify.expect=prediction")
                .variables(google.variables())
                .variable("GITHUB_ACTIONS", "true")
                .variable("GITHUB_STEP_SUMMARY", summary.toString());
    }

    /** {@return values with new secrets} */
    private String rotated(String version, String more) {
        canaries.clear();
        return values(version, more);
    }

    private String values(String version, String more) {
        if (canaries.isEmpty()) {
            for (String name : List.of("password", "note", "pin")) {
                String canary = "canary-" + name + "-" + UUID.randomUUID();
                canaries.add(canary);
                // A part of it is too much, too: texts are cut short in some places.
                secrets.add(canary.substring(0, name.length() + 16));
                secrets.add(canary.substring(canary.length() - 12));
                secrets.add(Base64.getEncoder().encodeToString(canary.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return """
                version: "VERSION $(NOTE) $(DATABASE_PASSWORD) $(PIN)"
                database: {password: PASSWORD}
                note: NOTE
                pin: PIN
                env:
                  - {name: NOTE, valueFrom: {secretKeyRef: {name: faulty, key: note}}}
                  - {name: DATABASE_PASSWORD, value: "{{ .Values.database.password }}"}
                  - {name: PIN, value: "{{ .Values.pin }}"}
                MORE
                """.replace("\"VERSION ", "\"" + version + " ")
                .replace("password: PASSWORD", "password: " + canaries.get(0))
                .replace("note: NOTE", "note: " + canaries.get(1))
                .replace("pin: PIN", "pin: " + canaries.get(2))
                .replace("MORE", more);
    }

    private void clean(Run run) {
        assertThat(run.lines().stream().filter(this::leaks).toList())
                .as("secrets in %s", run.log())
                .isEmpty();
        assertThat(temporaryFiles.openLeaks()).isEmpty();
        // A way back is a chart of the stored objects.
        assertThat(temporaryFiles.leaks()).allMatch(file -> file.contains("/restore-"));
        faulty.leavesNothing();
    }

    /** Whether a text holds a canary or a part of the key. */
    private boolean holds(String text) {
        return secrets.stream().anyMatch(text::contains);
    }

    /** The same, or a token. Nobody but this run's private folder may have one. */
    private boolean leaks(String text) {
        return holds(text) || google.secretLeaksInto(text);
    }
}
