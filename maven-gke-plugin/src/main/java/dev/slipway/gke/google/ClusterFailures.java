package dev.slipway.gke.google;

import com.google.api.client.http.HttpResponseException;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What it means when Google does not tell of a cluster, in the words of whoever has to mend it.
 *
 * @param name the cluster that was asked for
 * @param identity who asked
 * @param host whom he asked
 */
record ClusterFailures(ClusterName name, String identity, String host) {
    private static final Pattern ZONE = Pattern.compile("(?<region>[a-z]+-[a-z]+[0-9]+)-[a-z]");
    private static final String CONSOLE = "https://console.cloud.google.com/kubernetes/list/overview?project=";

    DeployFailure translate(ApiException thrown) {
        StatusCode.Code code = thrown.getStatusCode().getCode();
        return switch (code) {
            case NOT_FOUND ->
                failure(
                        FailureCode.CLUSTER_NOT_FOUND,
                        "Project " + name.project() + " has no cluster " + name.name() + " in " + name.location(),
                        elsewhere(),
                        thrown);
            case PERMISSION_DENIED -> denied(thrown);
            case UNAUTHENTICATED ->
                failure(
                        FailureCode.CREDENTIALS_REJECTED,
                        "Google does not accept the token of " + identity,
                        "Its key or login may have been revoked a moment ago: make a new one",
                        thrown);
            case INVALID_ARGUMENT ->
                failure(
                        FailureCode.CLUSTER_NOT_FOUND,
                        "Google finds no sense in the cluster's name",
                        "Check gke.project, gke.location and gke.cluster",
                        thrown);
            default ->
                new DeployFailure(
                        FailureCode.GOOGLE_UNREACHABLE,
                        "Google's Kubernetes Engine API does not answer: " + code,
                        host,
                        "Check that this machine reaches " + host
                                + "; behind a proxy, pass -Dhttps.proxyHost and -Dhttps.proxyPort."
                                + " https://status.cloud.google.com says whether Google has trouble",
                        thrown);
        };
    }

    DeployFailure tooSlow(Duration limit) {
        return new DeployFailure(
                FailureCode.GOOGLE_UNREACHABLE,
                "Google's Kubernetes Engine API has not answered within " + limit.toSeconds() + " s",
                host,
                "Check that this machine reaches " + host
                        + "; behind a proxy, pass -Dhttps.proxyHost and -Dhttps.proxyPort");
    }

    DeployFailure unexpected(@Nullable Throwable thrown) {
        return failure(
                FailureCode.INTERNAL,
                "The cluster could not be looked up: " + thrown,
                "Run again with -e, and report what it shows",
                thrown);
    }

    DeployFailure notReady(String state, String detail, String tryThis) {
        return failure(
                FailureCode.CLUSTER_NOT_READY,
                "The cluster " + state + (detail.isBlank() ? "" : ": " + detail),
                tryThis + ": " + CONSOLE + name.project(),
                null);
    }

    /**
     * @param choice what was asked for
     * @param closed each endpoint of it, and why it cannot be used
     */
    DeployFailure noEndpoint(Endpoint.Choice choice, List<String> closed) {
        return failure(
                FailureCode.ENDPOINT_UNREACHABLE,
                "The cluster's control plane has no endpoint that "
                        + (choice == Endpoint.Choice.AUTO
                                ? "can be reached from here"
                                : "gke.endpoint=" + choice.name().toLowerCase(Locale.ROOT) + " allows")
                        + ":\n    - " + String.join("\n    - ", closed),
                "Switch on its DNS-based endpoint: gcloud container clusters update " + name.name() + " --location "
                        + name.location() + " --project " + name.project() + " --enable-dns-access"
                        + (choice == Endpoint.Choice.AUTO ? "" : "; or leave gke.endpoint at auto"),
                null);
    }

    DeployFailure nonsense(String what, @Nullable Throwable thrown) {
        return failure(
                FailureCode.INTERNAL,
                "Google's answer makes no sense: " + what,
                "If gke.googleEndpoint is set, check what answers there; else report this",
                thrown);
    }

    private DeployFailure denied(ApiException thrown) {
        // Over REST, gax leaves Google's reason in the body of the answer.
        String message = thrown.getReason() + " " + thrown.getMessage() + " "
                + (thrown.getCause() instanceof HttpResponseException answer ? answer.getContent() : "");
        if (message.contains("SERVICE_DISABLED")) {
            return failure(
                    FailureCode.CLUSTER_FORBIDDEN,
                    "The Kubernetes Engine API of project " + name.project() + " is switched off",
                    "Check the project's name, or switch it on: gcloud services enable container.googleapis.com --project "
                            + name.project(),
                    thrown);
        }
        if (message.contains("ACCESS_TOKEN_SCOPE_INSUFFICIENT")) {
            return failure(
                    FailureCode.CLUSTER_FORBIDDEN,
                    "The token of " + identity + " is not meant for Google's cloud APIs",
                    "Give the machine or the login the scope cloud-platform",
                    thrown);
        }
        return failure(
                FailureCode.CLUSTER_FORBIDDEN,
                identity + " may not see the clusters of project " + name.project(),
                "Give it the role: gcloud projects add-iam-policy-binding " + name.project() + " --member " + member()
                        + " --role roles/container.clusterViewer",
                thrown);
    }

    private String member() {
        if (!identity.contains("@")) {
            return "MEMBER";
        }
        return (identity.endsWith(".gserviceaccount.com") ? "serviceAccount:" : "user:") + identity;
    }

    /** Regional clusters are known by their region, zonal ones by their zone; the wrong one of both is not found. */
    private String elsewhere() {
        Matcher zone = ZONE.matcher(name.location());
        String other = zone.matches()
                ? "A regional cluster is found by its region alone: try gke.location (GKE_CLUSTER_ZONE) "
                        + zone.group("region")
                : "A zonal cluster is found by its zone alone: try gke.location (GKE_CLUSTER_ZONE) " + name.location()
                        + "-a, -b, …";
        return other + ". All of them: gcloud container clusters list --project " + name.project();
    }

    private DeployFailure failure(FailureCode code, String what, String tryThis, @Nullable Throwable thrown) {
        return new DeployFailure(code, what, name.resource(), tryThis, thrown);
    }
}
