package dev.slipway.gke.fake;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Answer;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Evidence;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.LintFinding;
import dev.slipway.gke.model.LogLine;
import dev.slipway.gke.model.LogQuery;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.ReleaseStatus;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.RolloutState;
import dev.slipway.gke.model.ServiceAddress;
import dev.slipway.gke.model.TestOutcome;
import dev.slipway.gke.port.ClusterDoor;
import dev.slipway.gke.port.Diagnostics;
import dev.slipway.gke.port.Hooks;
import dev.slipway.gke.port.ReleaseEngine;
import dev.slipway.gke.port.ReleaseHistory;
import dev.slipway.gke.port.Services;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.port.Workloads;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One cluster with Helm in it: keeps namespaces, revisions and what was asked of it. */
public final class FakeCluster
        implements ClusterDoor, ReleaseEngine, ReleaseHistory, Workloads, Hooks, Services, Diagnostics {
    private static final ChartId CHART = new ChartId("ml-service", "0.1.0");
    private static final RolloutState READY =
            new RolloutState.Complete(List.of(new RolloutState.Count("Deployment/ml-service", 2, 2, 2, "")));

    /** What was done to it, in order. */
    public final List<String> deeds = new ArrayList<>();
    /** Which namespaces there are. */
    public final Set<Namespace> namespaces = new HashSet<>();
    /** What the next looks at the rollout see; ready when it is empty. */
    public final Deque<RolloutState> rollouts = new ArrayDeque<>();
    /** What the next looks see at what was ready once; that it still is when it is empty. */
    public final Deque<RolloutState> settled = new ArrayDeque<>();
    /** How often it was looked at whether what was ready still is. */
    public int settledLooks;
    /** What the service answers next; 200 and a prediction when it is empty. A null status is a service that is not reached. */
    public final Deque<Answer> answers = new ArrayDeque<>();
    /** How many looks it takes until the LoadBalancer has its address. */
    public int looksUntilAddress;
    /** How many looks it takes until the objects of an uninstalled release are gone. */
    public int looksUntilGone;

    /** How the release's own tests end. */
    public TestOutcome tests = new TestOutcome(List.of(), Optional.empty());

    /** What it shows of what does not run. */
    public Evidence evidence = Evidence.NONE;
    /** How often the API server is away before a look at the rollout or at what came of it, from now on. */
    public int away;
    /** Whether it does not know us any more, from the moment at which it is asked for the release. */
    public boolean refuses;
    /** The templates that ask the cluster about other objects. */
    public List<String> lookups = List.of();

    /** How often it was asked to render against the cluster. */
    public int renderings;

    /** The hooks that its chart renders to. */
    public final List<KubeObject> hooks = new ArrayList<>();

    private final Deque<Release> revisions = new ArrayDeque<>();

    /** Makes the newest revision look as if it had that status. */
    public void newest(ReleaseStatus status) {
        Release r = revisions.pop();
        revisions.push(new Release(
                r.name(), r.namespace(), r.revision(), status, r.chart(), r.manifest(), r.hooks(), r.deployedAt(), ""));
    }

    @Override
    public Connection open(Cluster cluster, TokenSource tokens) {
        return new Connection(
                cluster.name().toString(), cluster.endpoints().get(0).server(), Path.of("private"));
    }

    @Override
    public Connection open(Path kubeconfig, String context) {
        return new Connection(context, URI.create("https://127.0.0.1:6443"), Path.of("private"));
    }

    @Override
    public String version() {
        return "Helm 3, fake";
    }

    @Override
    public List<LintFinding> lint(Path chart) {
        return List.of();
    }

    @Override
    public Rendering render(ReleasePlan plan) {
        Map<String, Object> body = Map.of("values", plan.values(), "metadata", Map.of("name", "ml-service"));
        KubeObject deployment = new KubeObject("apps/v1", "Deployment", "ml-service", body);
        return new Rendering(CHART, new Manifest(List.of(deployment)), new Manifest(hooks), "", lookups, List.of());
    }

    @Override
    public Rendering render(Connection connection, ReleasePlan plan, boolean exists) {
        renderings++;
        return render(plan);
    }

    @Override
    public void release(Connection connection, ReleasePlan plan, boolean exists, Duration limit) {
        deeds.add((exists ? "upgrade " : "install ") + plan.release());
        Rendering rendering = render(plan);
        revisions.push(new Release(
                plan.release(),
                plan.namespace(),
                revisions.size() + 1,
                ReleaseStatus.DEPLOYED,
                CHART,
                rendering.manifest(),
                rendering.hooks(),
                Instant.EPOCH,
                plan.description()));
    }

    @Override
    public void restore(Connection connection, Release revision, Duration limit) {
        deeds.add("restore " + revision.revision());
        revisions.push(new Release(
                revision.name(),
                revision.namespace(),
                revisions.size() + 1,
                ReleaseStatus.DEPLOYED,
                revision.chart(),
                revision.manifest(),
                revision.hooks(),
                Instant.EPOCH,
                "Rollback to " + revision.revision() + " by gke-maven-plugin"));
    }

    @Override
    public TestOutcome test(Connection connection, Namespace namespace, ReleaseName release, Duration limit) {
        deeds.add("test " + release);
        return tests;
    }

    @Override
    public void prepare() {
        deeds.add("prepare");
    }

    @Override
    public void markFailed(Connection connection, Release pending, String why) {
        deeds.add("mark " + pending.revision() + " failed: " + why);
        newest(ReleaseStatus.FAILED);
    }

    @Override
    public void settle(Connection connection, Namespace namespace, ReleaseName release) {
        deeds.add("settle " + release);
    }

    @Override
    public void prune(Connection connection, Namespace namespace, ReleaseName release, int keep) {
        deeds.add("prune to " + keep);
    }

    @Override
    public void uninstall(Connection connection, Namespace namespace, ReleaseName release, Duration limit) {
        deeds.add("uninstall " + release);
        revisions.clear();
    }

    @Override
    public Path pack(Path chart, Path destination, String version, Instant timestamp) {
        return destination.resolve("chart.tgz");
    }

    @Override
    public List<Release> revisions(Connection connection, Namespace namespace, ReleaseName release) {
        if (refuses) {
            throw new DeployFailure(
                    FailureCode.CLUSTER_UNAUTHORIZED,
                    "The API server does not know who we are",
                    "https://10.0.0.1",
                    "Sign in again");
        }
        return List.copyOf(revisions);
    }

    @Override
    public boolean exists(Connection connection, Namespace namespace) {
        return namespaces.contains(namespace);
    }

    @Override
    public void create(Connection connection, Namespace namespace) {
        deeds.add("create namespace " + namespace);
        namespaces.add(namespace);
    }

    @Override
    public RolloutState rollout(Connection connection, Namespace namespace, Manifest manifest) {
        if (away-- > 0) {
            throw unreachable();
        }
        return rollouts.isEmpty() ? READY : rollouts.pop();
    }

    private static DeployFailure unreachable() {
        return new DeployFailure(
                FailureCode.CLUSTER_UNREACHABLE,
                "The API server of ml cannot be reached: connection refused",
                "https://10.0.0.1",
                "Is the cluster up?");
    }

    @Override
    public RolloutState settled(Connection connection, Namespace namespace, Manifest manifest) {
        settledLooks++;
        if (away-- > 0) {
            throw unreachable();
        }
        return settled.isEmpty() ? READY : settled.pop();
    }

    @Override
    public Watch watch(Connection connection, Namespace namespace, Manifest hooks) {
        return Optional::empty;
    }

    @Override
    public int remaining(Connection connection, Namespace namespace, Manifest manifest) {
        return looksUntilGone-- > 0 ? 3 : 0;
    }

    @Override
    public Optional<ServiceAddress> address(Connection connection, Namespace namespace, Manifest manifest) {
        boolean awaited = looksUntilAddress-- > 0;
        Optional<URI> external = awaited ? Optional.empty() : Optional.of(URI.create("http://10.97.0.1"));
        return Optional.of(new ServiceAddress("ml-service", namespace, 80, external, awaited));
    }

    @Override
    public Answer ask(Connection connection, ServiceAddress address, Question question) {
        deeds.add("ask " + question.path());
        Answer answer = answers.isEmpty() ? new Answer(200, "{\"prediction\":[1]}") : answers.pop();
        if (answer.status() == 0) {
            throw new DeployFailure(FailureCode.ANSWER_MISSING, "Connection refused", "10.97.0.1", "Look at its log");
        }
        return answer;
    }

    @Override
    public Evidence collect(Connection connection, Namespace namespace, Manifest manifest) {
        deeds.add("collect evidence");
        return evidence;
    }

    @Override
    public int logs(
            Connection connection,
            Namespace namespace,
            Manifest manifest,
            LogQuery query,
            Deadline deadline,
            Consumer<LogLine> reader) {
        evidence.pods()
                .forEach(pod -> pod.containers()
                        .forEach(container -> container
                                .log()
                                .forEach(line -> reader.accept(new LogLine(pod.name(), container.name(), line)))));
        return evidence.pods().size();
    }

    @Override
    public void close() {}
}
