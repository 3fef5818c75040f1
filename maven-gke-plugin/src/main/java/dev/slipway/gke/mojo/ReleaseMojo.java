package dev.slipway.gke.mojo;

import dev.slipway.gke.config.ReleaseSettings;
import java.util.Set;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/** What every goal has that goes to a cluster: which cluster, which release. */
abstract class ReleaseMojo extends HelmMojo {
    /**
     * Which kind of cluster: looked up at Google by {@code <cluster>}, or one context of one file, for example {@code gke} or
     * {@code kubeconfig}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.target", defaultValue = "gke")
    @Nullable
    String target;

    /**
     * For {@code kubeconfig}: the file, for example {@code /home/ada/.kube/config}. Only read. The ambient kubeconfig is never
     * used. Without it a deploy to {@code kubeconfig} is refused.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.kubeconfig")
    @Nullable
    String kubeconfig;

    /**
     * For {@code kubeconfig}: the context in the file, for example {@code kind-dev}. The file's current context has no
     * say. Without it a deploy to {@code kubeconfig} is refused.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.context")
    @Nullable
    String context;

    /**
     * For {@code gke}: {@code <project>}, {@code <location>} (zone or region) and {@code <name>}, for example
     * {@code <project>acme-ml</project><location>europe-west1-b</location><name>ml</name>}. Without it, or for a part that is missing,
     * {@code GKE_PROJECT_ID}, {@code GKE_CLUSTER_ZONE} and {@code GKE_CLUSTER_NAME} say it. The credentials are {@code GKE_SA_KEY}, the JSON
     * of a service account's key, base64 of it, or the path of its file; or else the application default credentials, of which
     * Workload Identity Federation is one kind.
     *
     * @since 0.1
     */
    @Parameter
    @Nullable
    ClusterParameter cluster;

    /**
     * Google project for the command line; goes before {@code <cluster><project>}, for example {@code acme-ml}. Without it {@code <cluster>} says it.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.project")
    @Nullable
    String clusterProject;

    /**
     * Zone or region for the command line; goes before {@code <cluster><location>}, for example {@code europe-west1-b}. Without it {@code <cluster>} says it.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.location")
    @Nullable
    String clusterLocation;

    /**
     * Cluster name for the command line; goes before {@code <cluster><name>}, for example {@code ml}. Without it {@code <cluster>} says it.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.cluster")
    @Nullable
    String clusterName;

    /**
     * Which endpoint of the cluster's control plane is taken: {@code public}, {@code private}, {@code dns}, or {@code auto}, the first
     * of those that the cluster allows and that opens to this machine, {@code private} the last of them; for
     * example {@code dns}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.endpoint", defaultValue = "auto")
    @Nullable
    String endpoint;

    /**
     * E-mail address of the service account to act as, for example {@code deployer@acme-ml.iam.gserviceaccount.com}. The credentials
     * need {@code roles/iam.serviceAccountTokenCreator} on it. Without it, one acts as oneself.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.impersonate")
    @Nullable
    String impersonate;

    /**
     * Stands in for Google's endpoints, for tests on one machine, for example {@code http://127.0.0.1:18443}. Without it Google
     * itself is asked.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.googleEndpoint")
    @Nullable
    String googleEndpoint;

    /**
     * The Helm release, for example {@code ml-service}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.release", defaultValue = "${project.artifactId}")
    @Nullable
    String release;

    /**
     * The namespace of the release, for example {@code dev}. Without it the goal is refused: no namespace is guessed.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.namespace")
    @Nullable
    String namespace;

    /**
     * How long all of it may take, for example {@code 90s}, {@code 5m} or {@code 1h30m}. Unit: {@code s}, {@code m} or {@code h} behind
     * each number.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.timeout", defaultValue = "5m")
    @Nullable
    String timeout;

    /** The version of this plugin. */
    @Parameter(defaultValue = "${plugin.version}", readonly = true, required = true)
    String pluginVersion;

    @Inject
    SettingsDecrypter decrypter;

    /** {@return how many revisions are kept on record} */
    int recordsKept() {
        return 10;
    }

    /** {@return the registries, by name, that are reached without TLS although they are not on this machine} */
    Set<String> registriesWithoutTls() {
        return Set.of();
    }

    /** {@return what was written about the release and its cluster} */
    final ReleaseSettings releaseSettings() {
        return new ReleaseSettings(
                new ReleaseSettings.Cluster(
                        Written.first(target),
                        Written.first(kubeconfig),
                        Written.first(context),
                        Written.first(clusterProject, cluster == null ? null : cluster.project),
                        Written.first(clusterLocation, cluster == null ? null : cluster.location),
                        Written.first(clusterName, cluster == null ? null : cluster.name),
                        Written.first(endpoint),
                        Written.first(impersonate),
                        Written.first(googleEndpoint)),
                Written.first(release),
                Written.first(namespace),
                Written.first(timeout),
                helmSettings(),
                folder(),
                System.getenv());
    }
}
