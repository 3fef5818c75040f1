package dev.slipway.gke.mojo;

import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What every goal has that changes a release. */
abstract class ChangeMojo extends ReleaseMojo {
    /**
     * How long to wait while somebody else deploys the same release, for example {@code 90s} or {@code 10m}. Who it is, is said.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.lock.wait", defaultValue = "5m")
    @Nullable
    String lockWait;

    /**
     * Whether what a deployment that died left half done is put right: {@code auto}, or {@code never} to refuse instead.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.recover", defaultValue = "auto")
    @Nullable
    String recover;

    /**
     * How many revisions of the release are kept, at least 2, for example {@code 10}.
     *
     * @since 0.1
     */
    @Parameter(property = "gke.historyMax", defaultValue = "10")
    int historyMax;
}
