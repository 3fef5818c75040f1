package dev.slipway.gke.config;

import java.util.List;
import java.util.Optional;

/**
 * What was written about what is to be deployed, still as text.
 *
 * @param release which release, where
 * @param createNamespace whether a missing namespace is created
 * @param chart folder, archive or {@code oci://} reference
 * @param valuesFiles in order
 * @param image name and tag
 * @param verify what the service is asked
 * @param policy how it behaves when it is not alone, or not successful
 */
public record DeploySettings(
        ReleaseSettings release,
        boolean createNamespace,
        Optional<String> chart,
        List<String> valuesFiles,
        Optional<String> image,
        Verify verify,
        Policy policy) {

    /**
     * About the question.
     *
     * @param path what to ask
     * @param body what to post
     * @param expect what has to be in the answer
     */
    public record Verify(Optional<String> path, Optional<String> body, Optional<String> expect) {}

    /**
     * About how a deployment behaves when it is not alone, or not successful.
     *
     * @param onFailure {@code rollback} or {@code keep}
     * @param historyMax how many revisions are kept
     * @param allowOlder whether an older commit may go over a newer one
     * @param lockWait how long to wait for another deployment of the same release
     * @param recover {@code auto} or {@code never}
     * @param plan a saved plan
     * @param allowPrivileged whether the chart may ask for power beyond its namespace
     * @param test whether the chart's tests are run
     * @param settle how long a release has to stay up
     * @param pull budget
     * @param scheduling budget
     * @param start budget
     * @param address budget
     */
    public record Policy(
            Optional<String> onFailure,
            int historyMax,
            boolean allowOlder,
            Optional<String> lockWait,
            Optional<String> recover,
            Optional<String> plan,
            boolean allowPrivileged,
            boolean test,
            Optional<String> settle,
            Optional<String> pull,
            Optional<String> scheduling,
            Optional<String> start,
            Optional<String> address) {
        /** {@return what holds if nothing is written: for who does not deploy, and needs the chart and its values only} */
        public static Policy usual() {
            Optional<String> nothing = Optional.empty();
            return new Policy(
                    nothing, 10, false, nothing, nothing, nothing, false, false, nothing, nothing, nothing, nothing,
                    nothing);
        }

        /** {@return the same with another budget of a container's start} */
        public Policy withStart(Optional<String> limit) {
            return new Policy(
                    onFailure,
                    historyMax,
                    allowOlder,
                    lockWait,
                    recover,
                    plan,
                    allowPrivileged,
                    test,
                    settle,
                    pull,
                    scheduling,
                    limit,
                    address);
        }
    }

    public DeploySettings {
        valuesFiles = List.copyOf(valuesFiles);
    }
}
