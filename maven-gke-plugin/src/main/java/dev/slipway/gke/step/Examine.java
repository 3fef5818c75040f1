package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.model.Checkup;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Finding;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.model.Rendering;
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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks at everything that a deploy needs, from the credentials to the quota, and changes nothing. One trouble does not hide
 * another: what can be looked at without the thing that is missing is looked at.
 */
public final class Examine implements Step<Begin, Checkup> {
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
        Findings findings = new Findings(told);
        CompareClocks clocks = new CompareClocks(ports.clock(), findings);
        LookAtGoogle google = new LookAtGoogle(ports, clocks, findings);
        LookAtCluster cluster = new LookAtCluster(ports, subject, clocks, findings);
        Optional<Connection> connection = subject.cluster()
                .flatMap(google::reach)
                .or(() -> subject.context().flatMap(cluster::reach));
        connection.ifPresent(cluster::server);
        Optional<Boolean> exists = connection.flatMap(cluster::namespace);
        findings.look("helm", () -> findings.ok("helm", ports.engine().version()));
        Optional<Rendering> rendering = findings.tried("chart", () -> {
            Rendering made = render(connection.filter(open -> exists.orElse(false)));
            findings.ok(
                    "chart",
                    made.chart() + " renders: " + made.manifest().objects().size() + " objects");
            return made;
        });
        Optional<Role> role = Optional.empty();
        if (connection.isPresent() && rendering.isPresent()) {
            cluster.kinds(connection.get(), rendering.get());
            role = cluster.rights(connection.get(), exists.orElse(false), rendering.get());
            if (exists.orElse(false)) {
                cluster.quota(connection.get(), rendering.get().manifest());
            }
        }
        subject.image().ifPresent(new LookAtImage(ports.registry(), ports.push(), findings)::at);
        return new Checkup(findings.all(), role);
    }

    /** With the cluster's own versions and kinds if that can be; it needs rights of which some may be what is missing. */
    private Rendering render(Optional<Connection> connection) {
        ReleasePlan plan = subject.plan();
        if (connection.isPresent()) {
            try {
                boolean released = !ports.history()
                        .revisions(connection.get(), plan.namespace(), plan.release())
                        .isEmpty();
                return ports.engine().render(connection.get(), plan, released);
            } catch (DeployFailure e) {
                return ports.engine().render(plan);
            }
        }
        return ports.engine().render(plan);
    }
}
