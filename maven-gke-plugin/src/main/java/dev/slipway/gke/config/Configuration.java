package dev.slipway.gke.config;

import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Endpoint;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.LogQuery;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.ReleaseName;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Turns settings into what a goal works with. It reads all of them before it complains, names each as the user knows it,
 * and looks at nothing outside the checkout but whether named files exist.
 */
public final class Configuration {
    private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9-]+@[a-z0-9.-]+\\.gserviceaccount\\.com");
    private static final String WHERE = "the configuration of gke-maven-plugin";

    private final ReleaseSettings settings;
    private final Problems problems = new Problems();

    private Configuration(ReleaseSettings settings) {
        this.settings = settings;
    }

    /**
     * {@return what is to be deployed}
     *
     * @throws dev.slipway.gke.failure.DeployFailure with every problem there is
     */
    public static DeployConfig deploy(DeploySettings settings) {
        Configuration configuration = new Configuration(settings.release());
        Optional<ReleaseConfig> release = configuration.releaseConfig();
        Optional<ChartSource> chart = configuration.chart(settings.chart());
        List<Path> valuesFiles = configuration.valuesFiles(settings.valuesFiles());
        Optional<ImageReference> image = configuration.image(settings.image());
        Optional<Question> question = configuration.question(settings.verify());
        Optional<DeployPolicy> policy = configuration.policy(settings.policy());
        policy.ifPresent(read -> release.ifPresent(known -> configuration.checkSettle(read.settle(), known.timeout())));
        configuration.problems.throwIfAny(WHERE);
        return new DeployConfig(
                release.orElseThrow(),
                settings.createNamespace(),
                chart.orElseThrow(),
                valuesFiles,
                image,
                question,
                policy.orElseThrow());
    }

    /**
     * {@return what a release is held to}
     *
     * @throws dev.slipway.gke.failure.DeployFailure with every problem there is
     */
    public static VerifyConfig verify(ReleaseSettings settings, DeploySettings.Verify verify) {
        Configuration configuration = new Configuration(settings);
        Optional<ReleaseConfig> release = configuration.releaseConfig();
        Optional<Question> question = configuration.question(verify);
        configuration.problems.throwIfAny(WHERE);
        return new VerifyConfig(release.orElseThrow(), question);
    }

    /**
     * {@return which release, where}
     *
     * @throws dev.slipway.gke.failure.DeployFailure with every problem there is
     */
    public static ReleaseConfig release(ReleaseSettings settings) {
        Configuration configuration = new Configuration(settings);
        Optional<ReleaseConfig> release = configuration.releaseConfig();
        configuration.problems.throwIfAny(WHERE);
        return release.orElseThrow();
    }

    /**
     * {@return which release is to be changed, and how}
     *
     * @param lockWait how long to wait for somebody else
     * @param recover {@code auto} or {@code never}
     * @param historyMax how many revisions are kept
     * @throws dev.slipway.gke.failure.DeployFailure with every problem there is
     */
    public static ChangeConfig change(
            ReleaseSettings settings, Optional<String> lockWait, Optional<String> recover, int historyMax) {
        Configuration configuration = new Configuration(settings);
        Optional<ReleaseConfig> release = configuration.releaseConfig();
        Optional<Duration> patience = configuration.time("<lockWait>", lockWait.orElse("5m"));
        Optional<Boolean> allowed = configuration.recover(recover);
        configuration.checkHistoryMax(historyMax);
        configuration.problems.throwIfAny(WHERE);
        return new ChangeConfig(release.orElseThrow(), patience.orElseThrow(), allowed.orElseThrow(), historyMax);
    }

    /**
     * {@return which part of the logs is wanted}
     *
     * @throws dev.slipway.gke.failure.DeployFailure if that cannot be
     */
    public static LogQuery logs(int tail, boolean previous, boolean follow) {
        Problems problems = new Problems();
        Optional<LogQuery> query = problems.value("gke.logs", () -> new LogQuery(tail, previous, follow));
        problems.throwIfAny(WHERE);
        return query.orElseThrow();
    }

    /**
     * {@return which Helm}
     *
     * @param helm what was written
     * @param folder from which relative paths count
     * @throws dev.slipway.gke.failure.DeployFailure with every problem there is
     */
    public static HelmConfig helm(ReleaseSettings.Helm helm, Path folder) {
        Problems problems = new Problems();
        Optional<HelmConfig> config = helm(helm, folder, problems);
        problems.throwIfAny(WHERE);
        return config.orElseThrow();
    }

    /**
     * {@return an image that was named}
     *
     * @param parameter where it was written, such as {@code <image>}
     * @param text what was written
     * @throws dev.slipway.gke.failure.DeployFailure if it is no image's name
     */
    public static ImageReference image(String parameter, String text) {
        Problems problems = new Problems();
        Optional<ImageReference> image = problems.value(parameter, () -> ImageReference.parse(text));
        problems.throwIfAny(WHERE);
        return image.orElseThrow();
    }

    private Optional<ReleaseConfig> releaseConfig() {
        Optional<Target> target = target();
        Optional<URI> endpoint = settings.cluster()
                .googleEndpoint()
                .flatMap(text -> problems.value("gke.googleEndpoint", () -> URI.create(text)));
        Optional<Namespace> namespace = required(
                        "<namespace>", settings.namespace(), "add it, or pass -Dgke.namespace=NAME")
                .flatMap(name -> problems.value("<namespace>", () -> new Namespace(name)));
        Optional<ReleaseName> release = required("<release>", settings.release(), "add it, or pass -Dgke.release=NAME")
                .flatMap(name -> problems.value("<release>", () -> new ReleaseName(name)));
        Optional<HelmConfig> helm = helm(settings.helm(), settings.folder(), problems);
        Optional<Duration> timeout = problems.value(
                "<timeout>", () -> Durations.parse(settings.timeout().orElse("5m")));
        if (target.isEmpty() || namespace.isEmpty() || release.isEmpty() || helm.isEmpty() || timeout.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new ReleaseConfig(target.get(), endpoint, namespace.get(), release.get(), helm.get(), timeout.get()));
    }

    private Optional<Target> target() {
        String target = settings.cluster().target().orElse("gke").toLowerCase(Locale.ROOT);
        return switch (target) {
            case "gke" -> gke();
            case "kubeconfig" -> kubeconfig();
            default -> {
                problems.add("<target>", "is '" + target + "'", "it is either gke or kubeconfig");
                yield Optional.empty();
            }
        };
    }

    private Optional<Target> gke() {
        Optional<String> project =
                named("<cluster><project>", settings.cluster().project(), "gke.project", "GKE_PROJECT_ID");
        Optional<String> location =
                named("<cluster><location>", settings.cluster().location(), "gke.location", "GKE_CLUSTER_ZONE");
        Optional<String> name = named("<cluster><name>", settings.cluster().name(), "gke.cluster", "GKE_CLUSTER_NAME");
        if (settings.variable("GKE_SA_KEY").isEmpty()) {
            problems.remark("GKE_SA_KEY is not set either: application default credentials would be used");
        }
        Optional<Endpoint.Choice> endpoint = problems.value(
                "gke.endpoint",
                () -> settings.cluster().endpoint().map(Endpoint.Choice::parse).orElse(Endpoint.Choice.AUTO));
        Optional<String> impersonate = settings.cluster().impersonate();
        impersonate
                .filter(email -> !ACCOUNT.matcher(email).matches())
                .ifPresent(email -> problems.add(
                        "gke.impersonate",
                        "is no e-mail address of a service account",
                        "write it as NAME@PROJECT.iam.gserviceaccount.com"));
        if (project.isEmpty() || location.isEmpty() || name.isEmpty() || endpoint.isEmpty()) {
            return Optional.empty();
        }
        return problems.value("<cluster>", () -> new ClusterName(project.get(), location.get(), name.get()))
                .map(cluster -> new Target.Gke(cluster, endpoint.get(), impersonate));
    }

    private Optional<String> named(String parameter, Optional<String> written, String property, String variable) {
        Optional<String> value = written.or(() -> settings.variable(variable));
        if (value.isEmpty()) {
            problems.add(
                    variable,
                    "is not set",
                    "set it, or " + parameter + " in the POM, or pass -D" + property + "=VALUE");
        }
        return value;
    }

    private Optional<Target> kubeconfig() {
        Optional<Path> file = required(
                        "<kubeconfig>",
                        settings.cluster().kubeconfig(),
                        "name the file, or pass -Dgke.kubeconfig=FILE; none is guessed")
                .map(this::path);
        Optional<String> context = required(
                "<context>",
                settings.cluster().context(),
                "name the context, or pass -Dgke.context=NAME; none is guessed");
        file.filter(Files::notExists)
                .ifPresent(missing ->
                        problems.add("<kubeconfig>", missing + " does not exist", "name a kubeconfig file that does"));
        return file.flatMap(path -> context.map(name -> new Target.Kubeconfig(path, name)));
    }

    private static Optional<HelmConfig> helm(ReleaseSettings.Helm helm, Path folder, Problems problems) {
        String engine = helm.engine().orElse("embedded").toLowerCase(Locale.ROOT);
        Optional<Path> executable =
                helm.executable().map(file -> folder.resolve(file).normalize());
        executable
                .filter(file -> !Files.isExecutable(file))
                .ifPresent(file ->
                        problems.add("<helm><executable>", file + " is no program", "name a Helm 3 or 4 binary"));
        return switch (engine) {
            case "embedded" -> Optional.of(new HelmConfig(HelmConfig.Engine.EMBEDDED, executable));
            case "cli" -> Optional.of(new HelmConfig(HelmConfig.Engine.CLI, executable));
            default -> {
                problems.add("<helm><engine>", "is '" + engine + "'", "it is either embedded or cli");
                yield Optional.empty();
            }
        };
    }

    private Optional<ChartSource> chart(Optional<String> chart) {
        return required("<chart>", chart, "name a folder, a .tgz or an oci:// reference, or pass -Dgke.chart=…")
                .flatMap(location -> location.startsWith("oci://")
                        ? Optional.of(new ChartSource(location))
                        : existing("<chart>", path(location)).map(path -> new ChartSource(path.toString())));
    }

    private List<Path> valuesFiles(List<String> files) {
        return files.stream()
                .map(this::path)
                .flatMap(file -> existing("<valuesFile>", file).stream())
                .toList();
    }

    private Optional<ImageReference> image(Optional<String> image) {
        return image.flatMap(text -> problems.value("<image>", () -> ImageReference.parse(text)));
    }

    private Optional<Question> question(DeploySettings.Verify verify) {
        return verify.path()
                .flatMap(path -> problems.value(
                        "<verify>",
                        () -> new Question(
                                path, verify.body(), pattern(verify.expect().orElse("")))));
    }

    private Optional<DeployPolicy> policy(DeploySettings.Policy policy) {
        Optional<DeployPolicy.OnFailure> onFailure =
                switch (policy.onFailure().orElse("rollback").toLowerCase(Locale.ROOT)) {
                    case "rollback" -> Optional.of(DeployPolicy.OnFailure.ROLLBACK);
                    case "keep" -> Optional.of(DeployPolicy.OnFailure.KEEP);
                    default -> {
                        problems.add(
                                "<onFailure>",
                                "is '" + policy.onFailure().get() + "'",
                                "it is either rollback or keep");
                        yield Optional.empty();
                    }
                };
        Optional<Boolean> recover = recover(policy.recover());
        checkHistoryMax(policy.historyMax());
        Optional<Duration> lockWait = time("<lockWait>", policy.lockWait().orElse("5m"));
        Optional<Duration> address = time("<addressBudget>", policy.address().orElse("2m"));
        Optional<Duration> settle = problems.value(
                "<settle>", () -> Durations.parseOrZero(policy.settle().orElse("0s")));
        Optional<Duration> pull = policy.pull().flatMap(text -> time("<pullBudget>", text));
        Optional<Duration> scheduling = policy.scheduling().flatMap(text -> time("<schedulingBudget>", text));
        Optional<Duration> start = policy.start().flatMap(text -> time("<startBudget>", text));
        Optional<Path> plan = policy.plan().flatMap(file -> existing("<plan>", path(file)));
        if (onFailure.isEmpty() || recover.isEmpty() || lockWait.isEmpty() || address.isEmpty() || settle.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new DeployPolicy(
                onFailure.get(),
                policy.historyMax(),
                policy.allowOlder(),
                lockWait.get(),
                recover.get(),
                plan,
                policy.allowPrivileged(),
                policy.test(),
                settle.get(),
                new Budgets(pull, scheduling, start, address.get())));
    }

    private void checkSettle(Duration settle, Duration timeout) {
        if (settle.compareTo(timeout) >= 0) {
            problems.add(
                    "<settle>",
                    "is " + settle.toSeconds() + " s, and <timeout>, for all, is " + timeout.toSeconds() + " s",
                    "let it settle for less, or give all of it more time");
        }
    }

    private void checkHistoryMax(int historyMax) {
        if (historyMax < 2) {
            problems.add("<historyMax>", "is " + historyMax, "keep at least 2, or there is nothing to go back to");
        }
    }

    private Optional<Boolean> recover(Optional<String> recover) {
        return switch (recover.orElse("auto").toLowerCase(Locale.ROOT)) {
            case "auto" -> Optional.of(true);
            case "never" -> Optional.of(false);
            default -> {
                problems.add("<recover>", "is '" + recover.get() + "'", "it is either auto or never");
                yield Optional.empty();
            }
        };
    }

    private Optional<Duration> time(String name, String text) {
        return problems.value(name, () -> Durations.parse(text));
    }

    private static Pattern pattern(String expect) {
        try {
            return Pattern.compile(expect);
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException("<expect> is no regular expression: " + wrong.getDescription(), wrong);
        }
    }

    private Optional<String> required(String name, Optional<String> value, String tryThis) {
        if (value.isEmpty()) {
            problems.add(name, "is not set", tryThis);
        }
        return value;
    }

    private Optional<Path> existing(String name, Path path) {
        if (Files.notExists(path)) {
            problems.add(name, path + " does not exist", "mend the path, or build what makes it first");
            return Optional.empty();
        }
        return Optional.of(path);
    }

    private Path path(String text) {
        return settings.folder().resolve(text).normalize();
    }
}
