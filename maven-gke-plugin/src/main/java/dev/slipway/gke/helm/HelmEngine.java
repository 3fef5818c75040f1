package dev.slipway.gke.helm;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Blueprint;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.LintFinding;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.RegistryCredentials;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.TestOutcome;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.secret.PrivateFolder;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What every Helm has in common here: charts are looked at before Helm sees them, values go into private files, errors are
 * translated, packages are normalised. Calls are serialised.
 */
abstract class HelmEngine implements ReleaseEngine {
    /** How long Helm may take for what needs no cluster. It takes a second; a machine can be very busy. */
    static final Duration OFFLINE = Duration.ofMinutes(2);

    /** How long a dry run on a cluster may take. */
    static final Duration DRY_RUN = Duration.ofMinutes(2);

    /** How much longer than its own limit Helm may take, so that it can still write down that it failed. */
    static final Duration MARGIN = Duration.ofSeconds(5);

    /** A path that Helm takes as one, and as it is. */
    private static final Pattern PLAIN = Pattern.compile("[^,\"\\s]+");

    private static final Pattern DIGEST = Pattern.compile("Digest: (?<digest>sha256:[0-9a-f]{64})");

    /** Helm's own home, and everything else that is only for this engine. */
    final PrivateFolder home;

    final Map<String, String> environment;
    private final Redactor redactor = new Redactor();
    private final Consumer<String> debug;
    private final Function<String, Optional<RegistryCredentials>> accounts;
    private final Map<String, Fetched> fetched = new HashMap<>();

    HelmEngine(
            Path privateFolder,
            Consumer<String> debug,
            Function<String, Optional<RegistryCredentials>> accounts,
            Map<String, String> environment) {
        this.accounts = accounts;
        this.home = PrivateFolder.in(privateFolder, "helm");
        this.environment = Map.copyOf(environment);
        this.debug = debug;
    }

    /** A release as the operations below take it: with files only. */
    record Request(ReleasePlan plan, Path chart, List<Path> values) {
        String release() {
            return plan.release().value();
        }

        String namespace() {
            return plan.namespace().value();
        }
    }

    /** {@return what the linter says, a finding a line, each beginning with its severity in brackets} */
    abstract String lintText(Path chart) throws HelmException;

    /** {@return what the request comes to, on a cluster if there is one} */
    abstract Rendering rendering(Request request, Optional<Connection> connection, boolean exists, PrivateFolder work)
            throws HelmException;

    abstract void releaseNow(Request request, Connection connection, boolean exists, Duration limit)
            throws HelmException;

    abstract void testNow(Connection connection, String namespace, String release, Duration limit) throws HelmException;

    abstract void uninstallNow(Connection connection, String namespace, String release, Duration limit)
            throws HelmException;

    /** Packs a chart folder as it is into a folder that is empty. */
    abstract void packageNow(Path chart, Path destination) throws HelmException;

    /** Fetches a chart from a registry into a folder that is empty, and {@return what Helm said to it, {@code Digest: …} for one} */
    abstract String fetchNow(String reference, boolean plain, Path destination) throws HelmException;

    @Override
    public synchronized List<LintFinding> lint(Path chart) {
        Path folder = ChartFiles.checked(chart);
        try {
            return findings(lintText(folder));
        } catch (HelmException e) {
            throw errors(chart.toString(), Map.of()).offline(e);
        }
    }

    @Override
    public synchronized Rendering render(ReleasePlan plan) {
        return render(plan, Optional.empty(), false);
    }

    @Override
    public synchronized Rendering render(Connection connection, ReleasePlan plan, boolean exists) {
        return render(plan, Optional.of(connection), exists);
    }

    private Rendering render(ReleasePlan plan, Optional<Connection> connection, boolean exists) {
        try (PrivateFolder work = home.inner("render")) {
            Path chart = local(plan.chart());
            Values values = values(plan, work);
            HelmErrors errors = errors(
                    connection
                            .map(c -> where(c, plan.namespace()))
                            .orElse(plan.chart().location()),
                    values.names());
            try {
                Rendering rendering = rendering(new Request(plan, chart, values.files()), connection, exists, work);
                if (connection.isPresent()) {
                    refuseTooLarge(plan, chart, values, rendering);
                }
                return new Rendering(
                        rendering.chart(),
                        rendering.manifest(),
                        rendering.hooks(),
                        rendering.notes(),
                        ChartFiles.lookups(chart),
                        warnings(plan.chart()));
            } catch (HelmException e) {
                throw connection.isPresent() ? errors.online(e) : errors.offline(e);
            }
        }
    }

    private void refuseTooLarge(ReleasePlan plan, Path chart, Values values, Rendering rendering) throws HelmException {
        if (!ReleaseSize.near(ChartFiles.size(chart), rendering)) {
            return;
        }
        try (PrivateFolder work = home.inner("size")) {
            // Helm alone knows which files of a folder it ignores.
            Path archive = Files.isDirectory(chart) ? packaged(chart, work) : chart;
            List<String> texts = new ArrayList<>();
            for (Path file : values.files()) {
                texts.add(Files.readString(file));
            }
            ReleaseSize.check(plan.chart().location(), ChartFiles.read(archive), texts, rendering);
        } catch (IOException e) {
            throw PrivateFolder.unusable(home.path(), e);
        }
    }

    @Override
    public synchronized void release(Connection connection, ReleasePlan plan, boolean exists, Duration limit) {
        try (PrivateFolder work = home.inner("release")) {
            Path chart = local(plan.chart());
            Values values = values(plan, work);
            try {
                releaseNow(new Request(plan, chart, values.files()), connection, exists, limit);
            } catch (HelmException e) {
                throw errors(where(connection, plan.namespace()), values.names())
                        .online(e);
            }
        }
    }

    @Override
    public synchronized void restore(Connection connection, Release revision, Duration limit) {
        try (PrivateFolder work = home.inner("restore")) {
            Blueprint blueprint = revision.blueprint();
            redactor.learn(blueprint.values());
            redactor.learn(blueprint.defaults());
            Path chart = FrozenChart.write(blueprint, work.folder("chart"));
            Path values = work.file("values.yaml", Manifests.toYaml(blueprint.values()));
            ReleasePlan plan = new ReleasePlan(
                    revision.name(),
                    revision.namespace(),
                    new ChartSource(chart.toString()),
                    List.of(values),
                    Map.of(),
                    "Rollback to " + revision.revision() + " by gke-maven-plugin");
            try {
                releaseNow(new Request(plan, chart, List.of(values)), connection, true, limit);
            } catch (HelmException e) {
                String known = "revision " + revision.revision();
                throw errors(
                                where(connection, revision.namespace()),
                                Map.of(values.toString(), "the values of " + known, chart.toString(), known))
                        .online(e);
            }
        }
    }

    @Override
    public synchronized TestOutcome test(
            Connection connection, Namespace namespace, ReleaseName release, Duration limit) {
        try {
            testNow(connection, namespace.value(), release.value(), limit);
            return new TestOutcome(List.of(), Optional.empty());
        } catch (HelmException e) {
            DeployFailure failure =
                    errors(where(connection, namespace), Map.of()).online(e);
            if (failure.code() == FailureCode.RELEASE_REFUSED || failure.code() == FailureCode.HOOK_FAILED) {
                return new TestOutcome(List.of(), Optional.of(failure.what()));
            }
            throw failure;
        }
    }

    @Override
    public void prepare() {
        // What is fast to start is started when it is needed.
    }

    @Override
    public synchronized void uninstall(
            Connection connection, Namespace namespace, ReleaseName release, Duration limit) {
        try {
            uninstallNow(connection, namespace.value(), release.value(), limit);
        } catch (HelmException e) {
            throw errors(where(connection, namespace), Map.of()).online(e);
        }
    }

    @Override
    public synchronized Path pack(Path chart, Path destination, String version, Instant timestamp) {
        Path source = ChartFiles.checked(chart);
        try (PrivateFolder work = home.inner("pack")) {
            // Helm's own folder name is the chart's name, in the package too.
            ChartId before = ChartFiles.id(source);
            Path copy = ChartFiles.copy(source, work.path().resolve("chart"));
            ChartFiles.setVersion(copy, version);
            Path packed = packaged(copy, work);
            Path target = destination.resolve(before.name() + "-" + version + ".tgz");
            ChartArchive.rewrite(packed, copy, target, timestamp);
            return target;
        } catch (HelmException e) {
            throw errors(chart.toString(), Map.of()).offline(e);
        }
    }

    /** {@return Helm's package of a chart} */
    final Path packaged(Path chart, PrivateFolder work) throws HelmException {
        Path folder = work.folder("packaged");
        packageNow(chart, folder);
        List<Path> files = ChartFiles.list(folder);
        if (files.size() != 1) {
            throw new HelmException("Helm packed " + files.size() + " archives instead of one");
        }
        return files.get(0);
    }

    /** {@return the chart as a folder or archive on this machine, looked at} */
    private Path local(ChartSource source) {
        if (source.remote()) {
            return fetched.computeIfAbsent(source.location(), this::fetch).archive();
        }
        Path path = Path.of(source.location());
        if (Files.isRegularFile(path)) {
            return ChartFiles.checkedArchive(path);
        }
        return ChartFiles.checked(path);
    }

    /** A tag can be moved: what it stands for today is said, so that it can be written down. */
    private List<String> warnings(ChartSource source) {
        Fetched remote = fetched.get(source.location());
        if (remote == null || source.location().contains("@sha256:")) {
            return List.of();
        }
        String untagged = source.location().replaceFirst(":[^:/]*$", "");
        return List.of("The chart is named by a tag, which can be moved: write down what it is now, <chart>"
                + remote.digest().map(digest -> untagged + "@" + digest).orElse(untagged + "@sha256:…") + "</chart>");
    }

    /**
     * A chart from a registry.
     *
     * @param archive where it is now
     * @param digest what the registry calls it, if Helm said it
     */
    private record Fetched(Path archive, Optional<String> digest) {}

    private Fetched fetch(String reference) {
        String registry = registry(reference);
        Optional<RegistryCredentials> account = accounts.apply(registry);
        account.ifPresent(known ->
                redactor.learn(Map.of("passwords", List.of(known.password().reveal(), RegistryLogin.encoded(known)))));
        RegistryLogin login = RegistryLogin.at(home, registry, account);
        try {
            Path destination = home.folder("fetched-" + fetched.size());
            Matcher digest = DIGEST.matcher(fetchNow(reference, onThisMachine(reference), destination));
            List<Path> files = ChartFiles.list(destination);
            if (files.size() != 1) {
                throw new HelmException("Helm fetched " + files.size() + " archives instead of one");
            }
            return new Fetched(
                    ChartFiles.checkedArchive(files.get(0)),
                    digest.find() ? Optional.of(digest.group("digest")) : Optional.empty());
        } catch (HelmException e) {
            throw errors(reference, Map.of()).fetching(e, registry, account.map(RegistryCredentials::username));
        } finally {
            login.close();
        }
    }

    /** {@return host and port of a chart's registry} */
    private static String registry(String reference) {
        return reference.replaceFirst("^oci://", "").replaceFirst("/.*$", "");
    }

    /** Only a registry on this very machine may be asked without TLS. */
    private static boolean onThisMachine(String reference) {
        String host = registry(reference).replaceFirst(":\\d*$", "");
        return host.equals("localhost") || host.equals("127.0.0.1");
    }

    /**
     * Values as Helm gets them.
     *
     * @param files the files themselves, so that what is secret in them is in no other; of those with a comma or a quote in their path,
     *     where Helm would see two files, private copies
     * @param names what people know each of them as
     */
    private record Values(List<Path> files, Map<String, String> names) {}

    private Values values(ReleasePlan plan, PrivateFolder work) {
        List<Path> files = new ArrayList<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (Path file : plan.valuesFiles()) {
            String text = readValues(file);
            Path given = file.toAbsolutePath();
            Path read = PLAIN.matcher(given.toString()).matches()
                    ? given
                    : work.file("values-" + files.size() + ".yaml", text);
            files.add(read);
            names.put(read.toString(), file.toString());
        }
        if (!plan.values().isEmpty()) {
            redactor.learn(plan.values());
            Path own = work.file("values-own.yaml", Manifests.toYaml(plan.values()));
            files.add(own);
            names.put(own.toString(), "the plugin's own values");
        }
        return new Values(files, names);
    }

    private String readValues(Path file) {
        try {
            String text = Files.readString(file);
            redactor.learn(Manifests.parseMap(text));
            return text;
        } catch (IllegalArgumentException e) {
            throw new DeployFailure(
                    FailureCode.VALUES_INVALID,
                    "The values file cannot be read: " + e.getMessage(),
                    file.toString(),
                    "Correct the file: values are one YAML map",
                    e);
        } catch (IOException e) {
            throw new DeployFailure(
                    FailureCode.VALUES_INVALID,
                    Files.exists(file)
                            ? "The values file cannot be read: " + e.getMessage()
                            : "There is no such values file",
                    file.toString(),
                    "Check <valuesFiles>",
                    e);
        }
    }

    private HelmErrors errors(String where, Map<String, String> names) {
        return new HelmErrors(where, names, redactor);
    }

    /** What Helm prints beside its answers. It may hold values, so it is masked here, and for debugging only. */
    final void overhear(String line) {
        debug.accept("helm: " + redactor.debug(line));
    }

    private static String where(Connection connection, Namespace namespace) {
        return connection.cluster() + "/" + namespace;
    }

    /** {@return the findings of a linter's text; lines that carry no severity belong to the finding before them} */
    static List<LintFinding> findings(String text) {
        List<LintFinding> findings = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Optional<LintFinding> finding = finding(line);
            if (finding.isPresent()) {
                findings.add(finding.get());
            } else if (!findings.isEmpty() && !line.isBlank()) {
                LintFinding last = findings.remove(findings.size() - 1);
                findings.add(new LintFinding(last.severity(), last.text() + " " + line.strip()));
            }
        }
        return findings;
    }

    private static Optional<LintFinding> finding(String line) {
        for (LintFinding.Severity severity : LintFinding.Severity.values()) {
            String mark = "[" + severity.name() + "] ";
            if (line.startsWith(mark)) {
                return Optional.of(
                        new LintFinding(severity, line.substring(mark.length()).strip()));
            }
        }
        return line.startsWith("Error ")
                ? Optional.of(new LintFinding(LintFinding.Severity.ERROR, line.substring("Error ".length())))
                : Optional.empty();
    }

    @Override
    public synchronized void close() {
        home.close();
    }
}
