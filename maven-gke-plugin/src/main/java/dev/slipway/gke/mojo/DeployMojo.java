package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.config.DeployConfig;
import dev.slipway.gke.config.DeploySettings;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.report.ClosingLines;
import dev.slipway.gke.report.Outcome;
import dev.slipway.gke.report.SavedPlan;
import dev.slipway.gke.step.Begin;
import dev.slipway.gke.step.Deployed;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Releases a chart with an image to a cluster, watches the rollout until every replica is updated and ready, asks the service the
 * question it has to be able to answer, and prints how to reach it. Does nothing if what runs is the same already. Writes
 * {@code target/gke/deployment.json}, on failure too.
 *
 * @since 0.1
 */
@Mojo(name = "deploy", defaultPhase = LifecyclePhase.DEPLOY, threadSafe = true)
public final class DeployMojo extends ChangeMojo {
    /**
     * The chart: a folder, a {@code .tgz}, or {@code oci://registry/repository}, for example {@code src/main/helm}. Without it the goal is
     * refused.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.chart")
    @Nullable
    String chart;

    /**
     * Values files, in order, later ones win; on the command line separated by commas, for example
     * {@code values-dev.yaml,values-mine.yaml}. Without it the chart's own values hold.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.valuesFiles")
    @Nullable
    List<String> valuesFiles;

    /**
     * The image, {@code registry/repository:tag}, for example {@code docker.io/acme/shop:1.4.2}. Its digest is looked up in the registry; the chart gets it as the values
     * {@code image.repository} and {@code image.digest}. Without it the chart names its images itself. <code>${image.tag}</code> in it
     * stands for what {@code gke:tag} gives.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.image")
    @Nullable
    String image;

    /**
     * Whether the image's registry is reached without TLS. One on this machine ({@code localhost}, {@code 127.0.0.1}) always is.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.insecureRegistry", defaultValue = "false")
    boolean insecureRegistry;

    /**
     * Whether a namespace that is missing is created.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.createNamespace", defaultValue = "false")
    boolean createNamespace;

    /**
     * What the service is asked after the rollout: {@code <path>}, {@code <body>} (JSON to post; without it a GET) and
     * {@code <expect>}, a regular expression that has to be found in the answer, for example
     * {@code <path>/</path><expect>Welcome</expect>}. Without it nothing is asked.
     *
     * @since 0.1
     */
    @Parameter
    @Nullable
    VerifyParameter verify;

    /**
     * Path to ask, for the command line; goes before {@code <verify><path>}, for example {@code /predict}.
     * Without it {@code <verify>} says it.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.verify.path")
    @Nullable
    String verifyPath;

    /**
     * JSON to post, for the command line; goes before {@code <verify><body>}, for example <code>{"features":[45,2]}</code>. Without it
     * {@code <verify>} says it, or else nothing is posted: a GET.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.verify.body")
    @Nullable
    String verifyBody;

    /**
     * What has to be in the answer, for the command line; goes before {@code <verify><expect>}, for example {@code "prediction"}.
     * Without it {@code <verify>} says it, or else any answer will do that is not an error.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.verify.expect")
    @Nullable
    String verifyExpect;

    /**
     * What happens to a release that failed: {@code rollback}, the last good revision comes back, or {@code keep}, it stays to be
     * looked at, for example {@code keep}. The evidence is collected before.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.onFailure", defaultValue = "rollback")
    @Nullable
    String onFailure;

    /**
     * Whether an older commit may go over a newer one; for example {@code true} to go back on purpose.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.allowOlder", defaultValue = "false")
    boolean allowOlder;

    /**
     * A saved plan to keep to, for example {@code target/gke/plan.json}: what it says is done, or nothing, if the cluster or the
     * inputs have moved since. Without it the plan is made now.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.plan")
    @Nullable
    String plan;

    /**
     * Whether the chart may have power beyond its namespace: objects for the whole cluster or for other namespaces, privileged
     * containers, the node's folders, network or processes; for example {@code true}. Without it such a chart is refused before
     * anything is written.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.allowPrivileged", defaultValue = "false")
    boolean allowPrivileged;

    /**
     * Whether the chart's own tests ({@code helm test}) are run after the rollout, for example {@code true}. They are run where nothing
     * has changed, too; a test that fails there fails the build, and nothing is taken back.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.test", defaultValue = "false")
    boolean test;

    /**
     * How long the release has to stay up after it was complete and has answered, for example {@code 30s}. Unit: {@code s}, {@code m}
     * or {@code h}. With {@code 0s} its pods are looked at once more, and no longer. If a container of them ends in that time, the
     * deployment has failed. The time is part of {@code gke.timeout}, and never longer than what is left of it.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.settle", defaultValue = "0s")
    @Nullable
    String settle;

    /**
     * How long the pulling of a pod's images may take, for example {@code 4m}. Unit: {@code s}, {@code m} or {@code h}. Without it,
     * what is left of the timeout.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.budget.pull")
    @Nullable
    String pullBudget;

    /**
     * How long a pod may wait for a node, for example {@code 3m}. Unit: {@code s}, {@code m} or {@code h}. Without it, what is left of the
     * timeout.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.budget.scheduling")
    @Nullable
    String schedulingBudget;

    /**
     * How long a started container may take until it is ready, the loading of its model included, for example {@code 2m}. Unit:
     * {@code s}, {@code m} or {@code h}. Without it, what is left of the timeout.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.budget.start")
    @Nullable
    String startBudget;

    /**
     * How long a LoadBalancer may take to get its address, for example {@code 90s}. Unit: {@code s}, {@code m} or {@code h}. If it
     * takes longer, that is said; a service that runs is not taken back for it.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.budget.address", defaultValue = "2m")
    @Nullable
    String addressBudget;

    @Override
    Outcome change(Journal journal) {
        WarmUp.ahead(session);
        DeployConfig config = Configuration.deploy(settings());
        try (Assembly assembly = Assembly.of(config.release(), this)) {
            if (PushedMojo.pushes(session)) {
                // Another image is another revision: Helm will be needed, and takes its time to start.
                assembly.tools().engine().prepare();
            }
            Deployed deployed = Pipelines.deploy(
                            assembly.tools(),
                            config,
                            ThisBuild.of(session),
                            config.policy().plan().map(SavedPlan::read))
                    .run(Begin.HERE, journal);
            ClosingLines.of(deployed, config.release().target()).forEach(getLog()::info);
            return deployed.released().unchanged() ? Outcome.UNCHANGED : Outcome.DEPLOYED;
        }
    }

    @Override
    Optional<String> commit() {
        return Sources.of(session).commit();
    }

    @Override
    Set<String> registriesWithoutTls() {
        return Written.first(image)
                .filter(name -> insecureRegistry)
                .map(name -> ImageReference.parse(Sources.named(name, session)))
                .map(reference -> Set.of(reference.registry()))
                .orElse(Set.of());
    }

    private DeploySettings settings() {
        return new DeploySettings(
                releaseSettings(),
                createNamespace,
                Written.first(chart),
                valuesFiles == null ? List.of() : valuesFiles,
                Written.first(image).map(name -> Sources.named(name, session)),
                new DeploySettings.Verify(
                        Written.first(verifyPath, verify == null ? null : verify.path),
                        Written.first(verifyBody, verify == null ? null : verify.body),
                        Written.first(verifyExpect, verify == null ? null : verify.expect)),
                policy());
    }

    private DeploySettings.Policy policy() {
        return new DeploySettings.Policy(
                Written.first(onFailure),
                historyMax,
                allowOlder,
                Written.first(lockWait),
                Written.first(recover),
                Written.first(plan),
                allowPrivileged,
                test,
                Written.first(settle),
                Written.first(pullBudget),
                Written.first(schedulingBudget),
                Written.first(startBudget),
                Written.first(addressBudget));
    }
}
