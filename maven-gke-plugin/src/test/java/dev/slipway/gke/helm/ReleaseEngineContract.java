package dev.slipway.gke.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.LintFinding;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.Secret;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every Helm behind the port does, as far as it needs no cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReleaseEngineContract {
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path temp;

    final List<String> overheard = Collections.synchronizedList(new ArrayList<>());

    /** One for all tests: a Helm is slow to start, and has to take one call after the other anyway. */
    ReleaseEngine engine;

    /** Makes the engine, with its private folder in {@code folder}. */
    abstract ReleaseEngine engine(Path folder, Function<String, Optional<RegistryCredentials>> accounts);

    private ReleaseEngine engine(Path folder) {
        return engine(folder, Charts.NOBODY);
    }

    private @Nullable Path home;
    private @Nullable ReleaseEngine started;

    @BeforeAll
    void home(@TempDir Path folder) {
        home = folder.resolve("private");
    }

    @BeforeEach
    void make() {
        if (started == null) {
            started = engine(Objects.requireNonNull(home));
        }
        engine = started;
    }

    @AfterAll
    void end() {
        if (started != null) {
            started.close();
        }
    }

    /** An environment that would send any Helm elsewhere that looks at it. */
    static Map<String, String> poisoned() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("HELM_KUBEAPISERVER", "https://127.0.0.1:1");
        environment.put("HELM_NAMESPACE", "elsewhere");
        environment.put("HELM_DRIVER", "memory");
        environment.put("KUBECONFIG", "/nonexistent/kubeconfig");
        return environment;
    }

    /** {@return a way to an API server that nobody listens at, or that never answers} */
    final Connection connection(int port) {
        String server = "https://127.0.0.1:" + port;
        try {
            return new Connection(
                    "nowhere", URI.create(server), Files.writeString(temp.resolve("kubeconfig-" + port), """
                            apiVersion: v1
                            kind: Config
                            current-context: one
                            contexts: [{name: one, context: {cluster: one, user: one}}]
                            clusters: [{name: one, cluster: {server: "%s"}}]
                            users: [{name: one, user: {token: ya29.not-a-token}}]
                            """.formatted(
                                    server)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DeployFailure failing(Runnable call) {
        return catchThrowableOfType(DeployFailure.class, call::run);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(temp.resolve(name), text);
    }

    @Test
    @DisplayName("it says which Helm it is")
    void version() {
        assertThat(engine.version()).matches("Helm [34]\\.\\d+.*, .+");
    }

    @Test
    @DisplayName("a sound chart has no finding worse than advice")
    void lintsSound() {
        assertThat(engine.lint(Charts.beacon()))
                .extracting(LintFinding::toString)
                .containsExactly(
                        new LintFinding(LintFinding.Severity.INFO, "Chart.yaml: icon is recommended").toString());
    }

    @Test
    @DisplayName("a template that cannot be read is an error of the linter, with its place")
    void lintsBroken() throws IOException {
        Path chart = Charts.copy(temp);
        Files.writeString(chart.resolve("templates/service.yaml"), "{{ if }}");
        assertThat(engine.lint(chart))
                .filteredOn(finding -> finding.severity() == LintFinding.Severity.ERROR)
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).contains("beacon/templates/service.yaml:1"));
    }

    @Test
    @DisplayName("what is no chart is said to be none")
    void noChart() {
        assertThat(failing(() -> engine.lint(temp)).code()).isEqualTo(FailureCode.CHART_INVALID);
        DeployFailure failure = failing(() -> engine.render(Charts.plan(temp.resolve("nowhere"), List.of(), Map.of())));
        assertThat(failure.code()).isEqualTo(FailureCode.CHART_INVALID);
        assertThat(failure.what()).isEqualTo("There is no chart here");
        assertThat(failure.where()).endsWith("nowhere");
    }

    @Test
    @DisplayName("a rendering has the chart's objects and its hooks apart, subcharts included, ignored files not")
    void renders() {
        Rendering rendering = engine.render(Charts.plan(Charts.beacon(), List.of(), Map.of()));
        assertThat(rendering.chart()).isEqualTo(new ChartId("beacon", "0.0.1"));
        assertThat(rendering.manifest().objects())
                .extracting(KubeObject::toString)
                .containsExactlyInAnyOrder("ConfigMap/shore", "Secret/shore", "Service/shore", "ConfigMap/shore-red");
        assertThat(rendering.hooks().objects())
                .extracting(KubeObject::toString)
                .containsExactlyInAnyOrder("ConfigMap/shore-hook", "Pod/shore-test");
        assertThat(rendering.notes()).isEmpty();
    }

    @Test
    @DisplayName("a template renders as if nobody watched: its name, files, checksums and odd texts")
    void rendersExactly() {
        Rendering rendering = engine.render(Charts.plan(
                Charts.beacon(),
                List.of(),
                Map.of("green", Map.of("enabled", true), "global", Map.of("colour", "blue"))));
        assertThat(data(rendering, "shore"))
                .containsEntry("template", "beacon/templates/configmap.yaml")
                .containsEntry("story", "a file of the chart\n")
                .containsEntry("tricky", "[\"text\",\"not ours\"]")
                .containsEntry("lines", "[\"notes\",\"not ours either\"]\n---\n<&> é\n");
        assertThat(data(rendering, "shore-green"))
                .containsEntry("template", "beacon/charts/green/templates/lamp.yaml")
                .containsEntry("colour", "blue")
                .containsEntry("watts", "10");
        // The checksum of the same template, included by another: sha256 of what Helm 3.22 and 4.3 render alike.
        assertThat(rendering.manifest().ofKind("Service").get(0).body().toString())
                .containsPattern("checksum/config=[0-9a-f]{64}");
    }

    @Test
    @DisplayName("values are typed, later files win, and the plan's own values win over all files")
    void values() throws IOException {
        Path first = write("one, with a comma.yaml", "colour: red\nreplicas: 5\n");
        Path second = write("two.yaml", "colour: green\nsecretWord: '1e3'\n");
        Rendering rendering = engine.render(Charts.plan(
                Charts.beacon(),
                List.of(first, second),
                Map.of(
                        "image",
                        Map.of("repository", "localhost:5000/a/b", "digest", "sha256:1e3"),
                        "secretWord",
                        "0123456")));
        assertThat(data(rendering, "shore"))
                .containsEntry("colour", "green")
                .containsEntry("replicas", "5")
                .containsEntry("image", "localhost:5000/a/b@sha256:1e3");
        assertThat(rendering.manifest().ofKind("Secret").get(0).body().get("stringData"))
                .isEqualTo(Map.of("word", "0123456"));
    }

    @Test
    @DisplayName("any text among the values arrives as the text that it was, in a file or not (threat T11)")
    void anyText() throws IOException {
        Path chart = temp.resolve("echo");
        Files.createDirectories(chart.resolve("templates"));
        Files.writeString(chart.resolve("Chart.yaml"), "{apiVersion: v2, name: echo, version: 1.0.0}");
        Files.writeString(chart.resolve("templates/echo.yaml"), """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shore"}, "data": {{ .Values.texts | toJson }}}
                """);
        Map<String, Object> texts = new LinkedHashMap<>();
        for (String odd : List.of(
                "on",
                "off",
                "yes",
                "null",
                "~",
                "true",
                "1e3",
                "0777",
                "0o17",
                "0x1f",
                "1_000",
                ".inf",
                "12:30:45",
                "2026-01-01",
                "a,b.c={x}",
                "{a,b}",
                "a\\,b",
                "{{ .Values.secret }}",
                "{{ fail \"x\" }}",
                "<<",
                "*a",
                "&a",
                "!!int 3",
                "- a",
                "a: b",
                "# no comment",
                "'",
                "\"",
                "",
                " ",
                "\ttab",
                "line\n",
                "\n\nlines\n\n",
                "\u2028",
                "é",
                "\uD83D\uDEA2",
                "@",
                "`",
                "%",
                "|",
                ">",
                "---",
                "...",
                "1.0",
                "+1",
                "-0",
                "1e-7",
                "NaN",
                "=")) {
            texts.put("odd-" + texts.size(), odd);
        }
        Random random = new Random(20261123);
        for (int i = 0; i < 200; i++) {
            texts.put(
                    "random-" + i,
                    random.ints(random.nextInt(40), 0x20, 0x3000)
                            .filter(Character::isDefined)
                            .filter(point -> Character.getType(point) != Character.CONTROL)
                            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                            .toString());
        }
        Path file = write("texts.yaml", Manifests.toYaml(Map.of("texts", texts)));
        assertThat(data(engine.render(Charts.plan(chart, List.of(), Map.of("texts", texts))), "shore"))
                .isEqualTo(texts);
        assertThat(data(engine.render(Charts.plan(chart, List.of(file), Map.of())), "shore"))
                .isEqualTo(texts);
    }

    @Test
    @DisplayName(
            "a template can neither ask the network nor read this machine; one that asks the cluster is flagged (threat T15)")
    void nosy() throws IOException {
        Path chart = temp.resolve("nosy");
        Files.createDirectories(chart.resolve("templates"));
        Files.writeString(chart.resolve("Chart.yaml"), "{apiVersion: v2, name: nosy, version: 1.0.0}");
        Path secret = write("secret", "hunter2");
        Files.writeString(chart.resolve("templates/nosy.yaml"), """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: shore}
                data:
                  address: {{ getHostByName "localhost" | quote }}
                  file: {{ .Files.Get "../secret" | quote }}
                  absolute: {{ .Files.Get %s | quote }}
                  found: {{ lookup "v1" "Secret" "kube-system" "" | toJson | quote }}
                """.formatted(
                        '"' + secret.toString().replace('\\', '/') + '"'));
        Rendering rendering = engine.render(Charts.plan(chart, List.of(), Map.of()));
        assertThat(data(rendering, "shore"))
                .isEqualTo(Map.of("address", "", "file", "", "absolute", "", "found", "{}"));
        assertThat(rendering.lookups()).containsExactly("templates/nosy.yaml");
        assertThat(engine.render(Charts.plan(Charts.beacon(), List.of(), Map.of()))
                        .lookups())
                .isEmpty();
    }

    @Test
    @DisplayName("every break of the schema is told, by the value's name, with the files that hold values")
    void schema() throws IOException {
        Path file = write("bad.yaml", "replicas: -1\ncolour: A1\nnope: 3\nimage: {digst: x}\n");
        DeployFailure failure = failing(() -> engine.render(Charts.plan(Charts.beacon(), List.of(file), Map.of())));
        assertThat(failure.code()).isEqualTo(FailureCode.VALUES_INVALID);
        assertThat(failure.what())
                .isEqualTo("The values break the chart's schema in 4 places: additional properties 'nope' not allowed; "
                        + "colour: 'A1' does not match pattern '^[a-z]+$'; "
                        + "image: additional properties 'digst' not allowed; replicas: minimum: got -1, want 0");
        assertThat(failure.where()).isEqualTo(file.toString());
    }

    @Test
    @DisplayName("a chart that refuses its values is quoted, with the place and not with our scaffolding")
    void refusal() {
        DeployFailure failure =
                failing(() -> engine.render(Charts.plan(Charts.beacon(), List.of(), Map.of("refuse", "because"))));
        assertThat(failure.code()).isEqualTo(FailureCode.VALUES_INVALID);
        assertThat(failure.what()).isEqualTo("The chart refuses its values: refused: because");
        assertThat(failure.where()).startsWith("beacon/templates/");
    }

    @Test
    @DisplayName("a template that fails is named by its place")
    void badTemplate() throws IOException {
        Path chart = Charts.copy(temp);
        Files.writeString(chart.resolve("templates/service.yaml"), "\n{{ .Values.a.b.c }}");
        DeployFailure failure = failing(() -> engine.render(Charts.plan(chart, List.of(), Map.of())));
        assertThat(failure.code()).isEqualTo(FailureCode.CHART_INVALID);
        assertThat(failure.where()).isEqualTo("beacon/templates/service.yaml:2:10");
        assertThat(failure.what())
                .isEqualTo(
                        "A template of the chart fails: nil pointer evaluating interface {}.b at {{ .Values.a.b.c }}");
    }

    @Test
    @DisplayName("a template that renders to no YAML is named by its file")
    void badYaml() throws IOException {
        Path chart = Charts.copy(temp);
        Files.writeString(chart.resolve("templates/service.yaml"), "a: b\n c: d: e\n");
        DeployFailure failure = failing(() -> engine.render(Charts.plan(chart, List.of(), Map.of())));
        assertThat(failure.code()).isEqualTo(FailureCode.CHART_INVALID);
        assertThat(failure.where()).isEqualTo("beacon/templates/service.yaml");
    }

    @Test
    @DisplayName("a values file that is missing or is no YAML is named, and its content is not repeated")
    void badValuesFile() throws IOException {
        Path broken = write("broken.yaml", "password: hunter2: x\n");
        DeployFailure failure = failing(() -> engine.render(Charts.plan(Charts.beacon(), List.of(broken), Map.of())));
        assertThat(failure.code()).isEqualTo(FailureCode.VALUES_INVALID);
        assertThat(failure.where()).isEqualTo(broken.toString());
        assertThat(failure.toString()).doesNotContain("hunter2");

        Path missing = temp.resolve("missing.yaml");
        failure = failing(() -> engine.render(Charts.plan(Charts.beacon(), List.of(missing), Map.of())));
        assertThat(failure.code()).isEqualTo(FailureCode.VALUES_INVALID);
        assertThat(failure.what()).isEqualTo("There is no such values file");
    }

    @Test
    @DisplayName("a subchart that is declared and missing is told")
    void missingDependency() throws IOException {
        Path chart = Charts.copy(temp);
        Files.writeString(
                chart.resolve("Chart.yaml"),
                "apiVersion: v2\nname: beacon\nversion: 1.0.0\ndependencies:\n  - {name: gone, version: 1.0.0}\n");
        DeployFailure failure = failing(() -> engine.render(Charts.plan(chart, List.of(), Map.of())));
        assertThat(failure.code()).isEqualTo(FailureCode.CHART_INVALID);
        assertThat(failure.what()).contains("gone");
    }

    @Test
    @DisplayName("a package has the same bytes whenever it is made, keeps comments, and renders as the folder does")
    void packs() throws IOException {
        Path one = engine.pack(Charts.beacon(), temp.resolve("a"), "1.2.3-SNAPSHOT", EPOCH);
        Path copy = Charts.copy(temp);
        for (Path file : allFiles(copy)) {
            assertThat(file.toFile().setLastModified(1_000_000_000_000L)).isTrue();
        }
        Path two = engine.pack(copy, temp.resolve("b"), "1.2.3-SNAPSHOT", EPOCH);
        assertThat(one.getFileName()).hasToString("beacon-1.2.3-SNAPSHOT.tgz");
        assertThat(two).hasSameBinaryContentAs(one);

        Map<String, byte[]> files = ChartFiles.read(one);
        assertThat(List.copyOf(files.keySet())).isSorted().doesNotContain("beacon/templates/configmap.yaml.orig");
        assertThat(new String(files.get("beacon/Chart.yaml"), StandardCharsets.UTF_8))
                .startsWith("# The comments of this file")
                .contains("\nversion: \"1.2.3-SNAPSHOT\" # replaced\nappVersion: \"1.2.3-SNAPSHOT\"\n");

        Rendering fromPackage = engine.render(Charts.plan(one, List.of(), Map.of()));
        Rendering fromFolder = engine.render(Charts.plan(Charts.beacon(), List.of(), Map.of()));
        assertThat(fromPackage.chart()).isEqualTo(new ChartId("beacon", "1.2.3-SNAPSHOT"));
        assertThat(fromPackage.manifest().sameAs(fromFolder.manifest())).isTrue();
        assertThat(fromPackage.hooks().sameAs(fromFolder.hooks())).isTrue();
    }

    @Test
    @DisplayName("a version that Helm does not take is refused")
    void badVersion() {
        DeployFailure failure = failing(() -> engine.pack(Charts.beacon(), temp, "first try", EPOCH));
        assertThat(failure.code()).isEqualTo(FailureCode.CHART_INVALID);
        assertThat(failure.what()).contains("first try");
    }

    @Test
    @DisplayName("a link that leads out of the chart is refused, whatever is asked")
    void strayLink() throws IOException {
        Path chart = Charts.copy(temp);
        Path secret = write("id_rsa", "key");
        Files.createSymbolicLink(chart.resolve("templates/_key.tpl"), secret);
        for (Runnable call : List.<Runnable>of(
                () -> engine.pack(chart, temp, "1.0.0", EPOCH),
                () -> engine.lint(chart),
                () -> engine.render(Charts.plan(chart, List.of(), Map.of())))) {
            DeployFailure failure = failing(call);
            assertThat(failure.code()).isEqualTo(FailureCode.CHART_UNSAFE);
            assertThat(failure.where()).endsWith("_key.tpl");
        }
    }

    @Test
    @DisplayName("a link within the chart becomes the file it leads to")
    void innerLink() throws IOException {
        Path chart = Charts.copy(temp);
        Files.createSymbolicLink(chart.resolve("twin.txt"), Path.of("story.txt"));
        assertThat(ChartFiles.read(engine.pack(chart, temp.resolve("out"), "1.0.0", EPOCH))
                        .get("beacon/twin.txt"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("a file of the chart\n");
    }

    @Test
    @DisplayName("an archive that reaches out of its folder is refused")
    void traversal() throws IOException {
        for (Map<String, String> entries : List.of(
                Map.of("beacon/../../evil.txt", "x"),
                Map.of("/etc/evil.txt", "x"),
                Map.of("beacon/templates/link", "->/etc/passwd"),
                Map.of("beacon\\..\\evil.txt", "x"))) {
            Path archive = Charts.archive(temp.resolve("evil.tgz"), entries);
            DeployFailure failure = failing(() -> engine.render(Charts.plan(archive, List.of(), Map.of())));
            assertThat(failure.code()).isEqualTo(FailureCode.CHART_UNSAFE);
            assertThat(failure.where()).endsWith("evil.tgz");
        }
        Path none = write("none.tgz", "no archive at all");
        assertThat(failing(() -> engine.render(Charts.plan(none, List.of(), Map.of())))
                        .code())
                .isEqualTo(FailureCode.CHART_INVALID);
    }

    @Test
    @DisplayName("a cluster that cannot be reached is told, whatever is asked of it")
    void unreachable() {
        Connection nowhere = connection(1);
        ReleasePlan plan = Charts.plan(Charts.beacon(), List.of(), Map.of());
        for (Runnable call : List.<Runnable>of(
                () -> engine.render(nowhere, plan, false),
                () -> engine.render(nowhere, plan, true),
                () -> engine.release(nowhere, plan, true, Duration.ofSeconds(20)),
                () -> engine.uninstall(nowhere, plan.namespace(), plan.release(), Duration.ofSeconds(20)))) {
            DeployFailure failure = failing(call);
            assertThat(failure.code()).isEqualTo(FailureCode.CLUSTER_UNREACHABLE);
            assertThat(failure.what()).contains("connection refused");
            assertThat(failure.where()).isEqualTo("nowhere/lighthouse");
        }
    }

    @Test
    @DisplayName("a chart in a registry is fetched, and renders as its archive does; one that is not there is told")
    void registry() throws IOException {
        Path archive = engine.pack(Charts.beacon(), temp.resolve("packed"), "2.0.0", EPOCH);
        try (ChartRegistry registry = new ChartRegistry(archive, "2.0.0")) {
            Rendering rendering =
                    engine.render(Charts.plan(registry.reference("charts/beacon"), "lighthouse", List.of(), Map.of()));
            assertThat(rendering.chart()).isEqualTo(new ChartId("beacon", "2.0.0"));
            assertThat(rendering
                            .manifest()
                            .sameAs(engine.render(Charts.plan(archive, List.of(), Map.of()))
                                    .manifest()))
                    .isTrue();

            assertThat(rendering.warnings())
                    .singleElement()
                    .satisfies(warning -> assertThat(warning)
                            .startsWith("The chart is named by a tag, which can be moved")
                            .contains("@sha256:"));

            String pinned = registry.pinned();
            Rendering again = engine.render(Charts.plan(pinned, "lighthouse", List.of(), Map.of()));
            assertThat(again.manifest().sameAs(rendering.manifest())).isTrue();
            assertThat(again.warnings()).isEmpty();
            registry.tamper();
            try (ReleaseEngine fresh = engine(temp.resolve("fresh"))) {
                DeployFailure tampered =
                        failing(() -> fresh.render(Charts.plan(pinned, "lighthouse", List.of(), Map.of())));
                assertThat(tampered.code()).isEqualTo(FailureCode.CHART_INVALID);
                assertThat(tampered.what())
                        .startsWith("The chart cannot be fetched: ")
                        .contains("digest");
            }

            String gone = registry.reference("charts/gone");
            DeployFailure failure = failing(() -> engine.render(Charts.plan(gone, "lighthouse", List.of(), Map.of())));
            assertThat(failure.code()).isEqualTo(FailureCode.CHART_INVALID);
            assertThat(failure.what()).startsWith("The chart cannot be fetched: ");
            assertThat(failure.where()).isEqualTo(gone);
        }
    }

    @ParameterizedTest
    @EnumSource(value = ChartRegistry.Login.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @DisplayName("a chart of a registry that wants a login is fetched with the account, which is said and left nowhere")
    void privateRegistry(ChartRegistry.Login login) throws IOException {
        Path archive = engine.pack(Charts.beacon(), temp.resolve("packed"), "2.0.0", EPOCH);
        List<String> asked = new ArrayList<>();
        try (ChartRegistry registry = new ChartRegistry(archive, "2.0.0", login)) {
            ReleasePlan plan = Charts.plan(registry.reference("charts/beacon"), "lighthouse", List.of(), Map.of());
            try (ReleaseEngine known = engine(temp.resolve("known"), name -> {
                asked.add(name);
                return Optional.of(ChartRegistry.ACCOUNT);
            })) {
                assertThat(known.render(plan).chart()).isEqualTo(new ChartId("beacon", "2.0.0"));
                assertThat(asked).containsOnly(registry.host());
                assertThat(registry.loggedIn()).isTrue();
                assertThat(filesWith(ChartRegistry.PASSWORD)).isEmpty();
            }
            try (ReleaseEngine nobody = engine(temp.resolve("nobody"))) {
                DeployFailure failure = failing(() -> nobody.render(plan));
                assertThat(failure.code()).isEqualTo(FailureCode.CHART_INVALID);
                assertThat(failure.what()).startsWith("The chart cannot be fetched: ");
                assertThat(failure.tryThis()).contains("as the server " + registry.host());
            }
            RegistryCredentials wrong = new RegistryCredentials("robot", new Secret("canary-wrong-password"));
            try (ReleaseEngine other = engine(temp.resolve("other-one"), name -> Optional.of(wrong))) {
                DeployFailure failure = failing(() -> other.render(plan));
                assertThat(failure.what()).startsWith("The chart cannot be fetched as robot: ");
                assertThat(failure.tryThis()).contains("the server " + registry.host() + " in Maven's settings");
                assertThat(failure.toString() + failure.what() + failure.getCause())
                        .doesNotContain("canary-wrong-password");
            }
        }
        assertThat(overheard).noneMatch(line -> line.contains(ChartRegistry.PASSWORD));
    }

    /** {@return the files of all engines that hold a password, as it is or as it is sent} */
    private List<Path> filesWith(String password) throws IOException {
        String sent = RegistryLogin.encoded(ChartRegistry.ACCOUNT);
        try (Stream<Path> files = Files.walk(temp)) {
            List<Path> found = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                if (text.contains(password) || text.contains(sent)) {
                    found.add(file);
                }
            }
            return found;
        }
    }

    @Test
    @DisplayName("a Helm that does not end is ended some seconds after its limit, and the next call works")
    void tooSlow() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            Connection connection = connection(silent.getLocalPort());
            ReleasePlan plan = Charts.plan(Charts.beacon(), List.of(), Map.of());
            DeployFailure failure = failing(() -> engine.release(connection, plan, false, Duration.ofMillis(10)));
            assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_REFUSED);
            assertThat(failure.what()).isEqualTo("Helm did not end in time and was stopped, after 5 s");
        }
        assertThat(engine.lint(Charts.beacon())).hasSize(1);
    }

    @Test
    @DisplayName("an interrupt ends the waiting at once, and stays set")
    void interrupted() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            Connection connection = connection(silent.getLocalPort());
            Thread caller = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                try (Socket call = silent.accept()) {
                    assertThat(call.isConnected()).isTrue();
                    caller.interrupt();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            interrupter.start();
            DeployFailure failure =
                    failing(() -> engine.render(connection, Charts.plan(Charts.beacon(), List.of(), Map.of()), false));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(failure.code()).isEqualTo(FailureCode.INTERRUPTED);
            interrupter.join();
        }
    }

    @Test
    @DisplayName("nothing is left of it when it is closed")
    void leavesNothing() throws IOException {
        try (ReleaseEngine other = engine(temp.resolve("private"))) {
            other.render(Charts.plan(Charts.beacon(), List.of(), Map.of("secretWord", "hunter2hunter2")));
            assertThat(temp.resolve("private")).isNotEmptyDirectory();
        }
        assertThat(temp.resolve("private")).isEmptyDirectory();
        assertThat(overheard).noneMatch(line -> line.contains("hunter2"));
    }

    private static List<Path> allFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> data(Rendering rendering, String configMap) {
        Object data = rendering.manifest().ofKind("ConfigMap").stream()
                .filter(object -> object.name().equals(configMap))
                .findFirst()
                .orElseThrow()
                .body()
                .get("data");
        return (Map<String, Object>) Objects.requireNonNull(data, "no data");
    }
}
