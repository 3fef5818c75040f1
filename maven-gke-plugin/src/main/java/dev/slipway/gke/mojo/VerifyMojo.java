package dev.slipway.gke.mojo;

import dev.slipway.gke.config.Configuration;
import dev.slipway.gke.config.DeploySettings;
import dev.slipway.gke.config.VerifyConfig;
import dev.slipway.gke.pipeline.Pipelines;
import dev.slipway.gke.progress.Journal;
import dev.slipway.gke.step.Begin;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Holds a release that runs to what it promises: asks it the question of {@code <verify>}, and runs the tests that its chart brings
 * ({@code helm test}). Fails if the answer is wrong or a test does not pass. Changes nothing but what the chart's tests change.
 *
 * @since 0.1
 */
@Mojo(name = "verify", threadSafe = true)
public final class VerifyMojo extends ReleaseMojo {
    /**
     * What the service is asked: {@code <path>}, {@code <body>} (JSON to post; without it a GET) and {@code <expect>}, a regular
     * expression that has to be found in the answer, for example {@code <path>/</path><expect>Welcome</expect>}. Without it nothing
     * is asked.
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

    @Override
    void run(Journal journal) {
        VerifyConfig config = Configuration.verify(
                releaseSettings(),
                new DeploySettings.Verify(
                        Written.first(verifyPath, verify == null ? null : verify.path),
                        Written.first(verifyBody, verify == null ? null : verify.body),
                        Written.first(verifyExpect, verify == null ? null : verify.expect)));
        try (Assembly assembly = Assembly.of(config.release(), this)) {
            Pipelines.verify(assembly.tools(), config).run(Begin.HERE, journal);
        }
    }
}
