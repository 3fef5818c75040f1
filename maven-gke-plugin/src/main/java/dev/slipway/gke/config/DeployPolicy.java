package dev.slipway.gke.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a deployment behaves when it is not alone, or not successful.
 *
 * @param onFailure what happens to a release that failed
 * @param historyMax how many revisions are kept
 * @param allowOlder whether an older commit may go over a newer one
 * @param lockWait how long to wait for another deployment of the same release
 * @param recover whether what a deployment left half done that died is put right
 * @param plan a saved plan that has to be kept to
 * @param allowPrivileged whether the chart may ask for power beyond its namespace
 * @param test whether the chart's tests are run after the rollout
 * @param settle how long a release has to stay up to count as deployed; zero for one look
 * @param budgets for the parts of a rollout
 */
public record DeployPolicy(
        OnFailure onFailure,
        int historyMax,
        boolean allowOlder,
        Duration lockWait,
        boolean recover,
        Optional<Path> plan,
        boolean allowPrivileged,
        boolean test,
        Duration settle,
        Budgets budgets) {
    /** What happens to a release that failed. */
    public enum OnFailure {
        /** The last good revision comes back. */
        ROLLBACK,
        /** It stays, to be looked at. */
        KEEP
    }
}
