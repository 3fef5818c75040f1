package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Checkup;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Endpoint;
import dev.slipway.gke.model.Finding;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Quota;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.Right;
import dev.slipway.gke.model.Role;
import dev.slipway.gke.port.ClusterAccess;
import dev.slipway.gke.port.ClusterDirectory;
import dev.slipway.gke.port.ClusterDoor;
import dev.slipway.gke.port.GoogleAccess;
import dev.slipway.gke.port.ImageRegistry;
import dev.slipway.gke.port.PushTrial;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.port.Workloads;
import dev.slipway.gke.progress.Progress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks at everything that a deploy needs, from the credentials to the quota, and changes nothing. One trouble does not hide
 * another: what can be looked at without the thing that is missing is looked at.
 */
public final class Examine implements Step<Begin, Checkup> {
    /** Google refuses proofs that are five minutes off; a minute is worth a word. */
    private static final Duration SKEW_BAD = Duration.ofMinutes(5);

    private static final Duration SKEW_ODD = Duration.ofMinutes(1);
    private static final Duration REGISTRY = Duration.ofSeconds(20);
    private static final String FIND = "container.clusters.get";
    private static final String CONNECT = "container.clusters.connect";

    private final Ports ports;
    private final Subject subject;
    private final Consumer<Finding> told;

    /**
     * Whom it asks.
     *
     * @param credentials finds who we are to Google
     * @param google Google's permissions and clock
     * @param clusters where clusters are looked up
     * @param door opens the way to one
     * @param access what the cluster lets us do
     * @param workloads whether the namespace is there
     * @param history whether the release is there
     * @param engine Helm
     * @param registry knows images
     * @param push whether the registry would take one
     * @param clock our own time
     */
    public record Ports(
            Supplier<TokenSource> credentials,
            GoogleAccess google,
            ClusterDirectory clusters,
            ClusterDoor door,
            ClusterAccess access,
            Workloads workloads,
            ReleaseHistory history,
            ReleaseEngine engine,
            ImageRegistry registry,
            PushTrial push,
            Clock clock) {}

    /** A context of a kubeconfig file. */
    public record Context(Path kubeconfig, String name) {}

    /**
     * What it looks at.
     *
     * @param cluster the cluster of GKE, if it is one
     * @param context the kubeconfig's context, if it is that
     * @param createNamespace whether a missing namespace is made
     * @param plan what is to be released
     * @param image what it runs, if that is named
     */
    public record Subject(
            Optional<ClusterName> cluster,
            Optional<Context> context,
            boolean createNamespace,
            ReleasePlan plan,
            Optional<ImageReference> image) {}

    /** @param told hears of each finding at once */
    public Examine(Ports ports, Subject subject, Consumer<Finding> told) {
        this.ports = ports;
        this.subject = subject;
        this.told = told;
    }

    @Override
    public Checkup run(Begin begin, Progress progress) {
        return new Visit().go();
    }

    /** One run, and what it has found so far. */
    private final class Visit {
        private final List<Finding> findings = new ArrayList<>();
        private Optional<Role> role = Optional.empty();

        Checkup go() {
            Optional<Connection> connection = subject.cluster().isPresent()
                    ? gke(subject.cluster().get())
                    : subject.context().flatMap(this::kubeconfig);
            connection.ifPresent(this::apiServer);
            Optional<Boolean> exists = connection.flatMap(this::namespace);
            helm();
            Optional<Rendering> rendering = rendering(connection, exists.orElse(false));
            if (connection.isPresent() && rendering.isPresent()) {
                kinds(connection.get(), rendering.get());
                rights(connection.get(), exists.orElse(false), rendering.get());
                exists.filter(there -> there)
                        .ifPresent(
                                there -> quota(connection.get(), rendering.get().manifest()));
            }
            subject.image().ifPresent(this::image);
            return new Checkup(findings, role);
        }

        // ---- Google

        private Optional<Connection> gke(ClusterName name) {
            Optional<TokenSource> tokens = tried("credentials", () -> {
                TokenSource found = ports.credentials().get();
                found.token();
                ok("credentials", "as " + found.identity());
                return found;
            });
            clock("Google", ports.google().time());
            return tokens.flatMap(who -> {
                Optional<Cluster> cluster =
                        tried("cluster", () -> ports.clusters().find(name, who));
                permissions(name, who, cluster);
                return cluster.flatMap(found -> {
                    found.warning()
                            .ifPresentOrElse(
                                    warning -> say(Finding.warning(
                                            "cluster", warning, "Wait until it is RUNNING, if that can wait")),
                                    () -> ok("cluster", name + " is there and runs"));
                    return tried("endpoint", () -> {
                        Connection open = ports.door().open(found, who);
                        ok("endpoint", open.server() + " opens");
                        return open;
                    });
                });
            });
        }

        private void permissions(ClusterName name, TokenSource tokens, Optional<Cluster> cluster) {
            boolean dns = cluster.filter(
                            found -> found.endpoints().stream().allMatch(each -> each.kind() == Endpoint.Kind.DNS))
                    .isPresent();
            Set<String> wanted = new LinkedHashSet<>(List.of(FIND));
            if (dns) {
                wanted.add(CONNECT);
            }
            Optional<Set<String>> held = ports.google().held(name.project(), wanted, tokens);
            if (held.isEmpty()) {
                say(Finding.warning(
                        "iam",
                        "Google does not tell which permissions " + tokens.identity() + " has in project "
                                + name.project(),
                        "If the cluster was found, nothing; to let it be told: gcloud services enable"
                                + " cloudresourcemanager.googleapis.com --project " + name.project()));
                return;
            }
            wanted.removeAll(held.get());
            if (wanted.isEmpty()) {
                ok("iam", tokens.identity() + " may look clusters up in project " + name.project());
            } else {
                say(Finding.problem(
                        "iam",
                        tokens.identity() + " lacks in project " + name.project() + ": " + String.join(", ", wanted),
                        "gcloud projects add-iam-policy-binding " + name.project()
                                + " --role roles/container.clusterViewer --member " + member(tokens.identity())));
            }
        }

        // ---- the cluster

        private Optional<Connection> kubeconfig(Context context) {
            return tried("cluster", () -> {
                Connection open = ports.door().open(context.kubeconfig(), context.name());
                ok("cluster", open.cluster() + " at " + open.server() + ", by " + context.kubeconfig());
                return open;
            });
        }

        private void apiServer(Connection connection) {
            tried("api server", () -> {
                ok(
                        "api server",
                        "Kubernetes " + ports.access().version(connection)
                                + ports.access()
                                        .user(connection)
                                        .map(" knows us as "::concat)
                                        .orElse(""));
                return true;
            });
            tried("clock", () -> {
                clock("the API server", ports.access().time(connection));
                return true;
            });
        }

        private void clock(String whose, Optional<Instant> theirs) {
            if (theirs.isEmpty()) {
                return;
            }
            Duration off = Duration.between(theirs.get(), ports.clock().instant());
            Duration much = off.abs();
            String what = "This machine's clock is " + words(much) + (off.isNegative() ? " behind " : " ahead of ")
                    + whose + "'s";
            String tryThis = "Set it right: timedatectl set-ntp true, or chronyc makestep";
            if (much.compareTo(SKEW_BAD) >= 0) {
                say(Finding.problem("clock", what, tryThis));
            } else if (much.compareTo(SKEW_ODD) >= 0) {
                say(Finding.warning("clock", what, tryThis));
            } else {
                ok("clock", "agrees with " + whose + "'s");
            }
        }

        private Optional<Boolean> namespace(Connection connection) {
            Namespace namespace = subject.plan().namespace();
            return tried("namespace", () -> {
                boolean exists = ports.workloads().exists(connection, namespace);
                if (exists && ports.access().ending(connection, namespace)) {
                    say(Finding.problem(
                            "namespace",
                            namespace + " is being deleted",
                            "Wait until it is gone: kubectl wait --for=delete namespace/" + namespace));
                } else if (exists) {
                    ok("namespace", namespace + " is there");
                } else if (subject.createNamespace()) {
                    ok("namespace", namespace + " is not there and will be made");
                } else {
                    say(Finding.problem(
                            "namespace",
                            "There is no namespace " + namespace,
                            "Create it, or allow it to be created with -Dgke.createNamespace=true"));
                }
                return exists;
            });
        }

        private void kinds(Connection connection, Rendering rendering) {
            tried("kinds", () -> {
                Set<String> unknown = new LinkedHashSet<>();
                for (Manifest manifest : List.of(rendering.manifest(), rendering.hooks())) {
                    for (KubeObject object : manifest.objects()) {
                        if (ports.access()
                                .kind(connection, object.apiVersion(), object.kind())
                                .isEmpty()) {
                            unknown.add(object.apiVersion() + " " + object.kind());
                        }
                    }
                }
                if (unknown.isEmpty()) {
                    ok("kinds", "the cluster knows all kinds of " + rendering.chart());
                } else {
                    say(Finding.problem(
                            "kinds",
                            "The cluster does not know: " + String.join(", ", unknown),
                            "Install their CustomResourceDefinitions, or bring the chart up to the cluster's version"));
                }
                return true;
            });
        }

        private void rights(Connection connection, boolean exists, Rendering rendering) {
            tried("rights", () -> {
                List<Right> needed = ReleaseRights.of(
                        ports.access(), connection, subject.plan().namespace(), exists, rendering);
                String user = ports.access().user(connection).orElse("USER");
                role = Optional.of(CheckRights.role(subject.plan().release(), user, needed));
                List<Right> lacking = ports.access().lacking(connection, needed);
                if (lacking.isEmpty()) {
                    ok("rights", "all " + needed.size() + " that the release needs");
                } else {
                    say(Finding.problem(
                            "rights",
                            user + " lacks " + CheckRights.count(lacking) + ":\n    - "
                                    + String.join("\n    - ", CheckRights.lines(lacking)),
                            "Let somebody with the power to do so apply the role that is written to target/gke/role.yaml:"
                                    + " kubectl apply -f target/gke/role.yaml"));
                }
                return true;
            });
        }

        private void quota(Connection connection, Manifest manifest) {
            tried("quota", () -> {
                List<Quota> quotas =
                        ports.access().quotas(connection, subject.plan().namespace());
                boolean fresh = ports.history()
                        .revisions(
                                connection,
                                subject.plan().namespace(),
                                subject.plan().release())
                        .isEmpty();
                List<String> beyond = AskedOfQuota.beyond(quotas, manifest, fresh);
                if (beyond.isEmpty()) {
                    ok("quota", quotas.isEmpty() ? "none that can be seen" : "enough is left");
                } else {
                    say(Finding.problem(
                            "quota",
                            "The namespace's quota is not enough:\n    - " + String.join("\n    - ", beyond),
                            "Raise the ResourceQuota, or ask for less in the values (replicas, resources)"));
                }
                return true;
            });
        }

        // ---- the chart and the image

        private void helm() {
            tried("helm", () -> {
                ok("helm", ports.engine().version());
                return true;
            });
        }

        private Optional<Rendering> rendering(Optional<Connection> connection, boolean exists) {
            return tried("chart", () -> {
                Rendering made = connection
                        .filter(open -> exists)
                        .flatMap(this::againstCluster)
                        .orElseGet(() -> ports.engine().render(subject.plan()));
                ok(
                        "chart",
                        made.chart() + " renders: " + made.manifest().objects().size() + " objects");
                return made;
            });
        }

        /** With the cluster's own versions and kinds; it needs rights of which some may be what is missing. */
        private Optional<Rendering> againstCluster(Connection connection) {
            try {
                boolean released = !ports.history()
                        .revisions(
                                connection,
                                subject.plan().namespace(),
                                subject.plan().release())
                        .isEmpty();
                return Optional.of(ports.engine().render(connection, subject.plan(), released));
            } catch (DeployFailure e) {
                return Optional.empty();
            }
        }

        private void image(ImageReference image) {
            try {
                ok(
                        "pull",
                        "the registry has " + image + " ("
                                + ports.registry().pin(image, REGISTRY).digest().brief() + ")");
            } catch (DeployFailure e) {
                say(
                        e.code() == FailureCode.IMAGE_NOT_FOUND
                                ? Finding.warning(
                                        "pull",
                                        "The registry has no " + image + " yet",
                                        "mvn deploy of the whole reactor pushes it")
                                : Finding.problem("pull", e.what(), e.tryThis()));
            }
            try {
                ports.push().tryPush(image, REGISTRY);
                ok("push", "the registry would take " + image.name());
            } catch (DeployFailure e) {
                say(Finding.warning(
                        "push", e.what(), e.tryThis() + ". Whoever deploys what others have pushed does not need it"));
            }
        }

        // ---- how it is said

        private <T> Optional<T> tried(String check, Supplier<T> look) {
            try {
                return Optional.of(look.get());
            } catch (DeployFailure e) {
                if (e.code() == FailureCode.INTERRUPTED) {
                    throw e;
                }
                say(Finding.problem(check, e.code().code() + ": " + e.what(), e.tryThis()));
                return Optional.empty();
            }
        }

        private void ok(String check, String what) {
            say(Finding.ok(check, what));
        }

        private void say(Finding finding) {
            findings.add(finding);
            told.accept(finding);
        }
    }

    private static String words(Duration time) {
        return time.toMinutes() < 2 ? time.toSeconds() + " s" : time.toMinutes() + " minutes";
    }

    private static String member(String identity) {
        if (!identity.contains("@")) {
            return "MEMBER";
        }
        return (identity.endsWith(".gserviceaccount.com") ? "serviceAccount:" : "user:") + identity;
    }
}
