package dev.slipway.gke.google;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.ApiException;
import com.google.cloud.container.v1.ClusterManagerClient;
import com.google.cloud.container.v1.ClusterManagerSettings;
import com.google.container.v1.ControlPlaneEndpointsConfig;
import com.google.container.v1.GetClusterRequest;
import com.google.container.v1.StatusCondition;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.port.ClusterDirectory;
import dev.slipway.gke.port.TokenSource;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * The clusters of Google Kubernetes Engine, by GetCluster over REST. Ten seconds for one try, thirty for all of them.
 *
 * <p>Of a cluster's endpoints it takes the public IP endpoint with the cluster's own authority; if that is off, the DNS endpoint,
 * where public authorities sign; if that is closed to the outside, the private IP endpoint, for builds inside the network.
 */
public final class GkeClusterDirectory implements ClusterDirectory {
    private static final Duration TRY = Duration.ofSeconds(10);
    private static final Duration ALL = Duration.ofSeconds(30);

    private final GoogleEndpoints endpoints;
    private final Duration perTry;
    private final Duration all;

    /**
     * @param googleEndpoint what stands in for Google, for tests ({@code gke.googleEndpoint})
     */
    public GkeClusterDirectory(Optional<URI> googleEndpoint) {
        this(googleEndpoint, TRY, ALL);
    }

    GkeClusterDirectory(Optional<URI> googleEndpoint, Duration perTry, Duration all) {
        this.endpoints = new GoogleEndpoints(googleEndpoint);
        this.perTry = perTry;
        this.all = all;
    }

    @Override
    public Cluster find(ClusterName name, TokenSource tokens) {
        // Asked first, so that what is wrong with the credentials is said as that.
        BearerCredentials credentials = new BearerCredentials(tokens.token());
        ClusterFailures failures = new ClusterFailures(name, tokens.identity(), endpoints.containerHost());
        com.google.container.v1.Cluster answer;
        try {
            answer = TimeLimit.call("looking up the cluster", all.plus(perTry), () -> get(name, credentials))
                    .orElseThrow(() -> failures.tooSlow(all));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException api) {
                throw failures.translate(api);
            }
            throw failures.unexpected(e.getCause());
        }
        boolean reconciling = reconciling(answer.getStatus(), conditions(answer), failures);
        return describe(name, answer, reconciling, failures);
    }

    private com.google.container.v1.Cluster get(ClusterName name, BearerCredentials credentials) throws IOException {
        ClusterManagerSettings.Builder settings = ClusterManagerSettings.newHttpJsonBuilder();
        settings.setEndpoint(endpoints.container());
        // Named, because it would be taken from the environment otherwise.
        settings.setUniverseDomain("googleapis.com");
        settings.setCredentialsProvider(FixedCredentialsProvider.create(credentials));
        settings.getClusterSettings()
                .setRetrySettings(RetrySettings.newBuilder()
                        .setInitialRpcTimeoutDuration(perTry)
                        .setMaxRpcTimeoutDuration(perTry)
                        .setRpcTimeoutMultiplier(1)
                        .setInitialRetryDelayDuration(Duration.ofMillis(500))
                        .setRetryDelayMultiplier(2)
                        .setMaxRetryDelayDuration(Duration.ofSeconds(5))
                        .setTotalTimeoutDuration(all)
                        .build());
        try (ClusterManagerClient client = ClusterManagerClient.create(settings.build())) {
            return client.getCluster(
                    GetClusterRequest.newBuilder().setName(name.resource()).build());
        }
    }

    private static String conditions(com.google.container.v1.Cluster cluster) {
        return cluster.getConditionsList().stream()
                .map(StatusCondition::getMessage)
                .filter(message -> !message.isBlank())
                .collect(Collectors.joining("; "));
    }

    private static boolean reconciling(
            com.google.container.v1.Cluster.Status status, String detail, ClusterFailures failures) {
        return switch (status) {
            case RUNNING, DEGRADED -> false;
            case RECONCILING -> true;
            case PROVISIONING -> throw failures.notReady("is still being made", detail, "Wait until it is RUNNING");
            case STOPPING -> throw failures.notReady("is being deleted", detail, "Choose another cluster");
            case ERROR -> throw failures.notReady("is broken", detail, "See what Google's console says about it");
            case STATUS_UNSPECIFIED, UNRECOGNIZED ->
                throw failures.notReady("is in a state that this version does not know", detail, "Update the plugin");
        };
    }

    private static Cluster describe(
            ClusterName name, com.google.container.v1.Cluster answer, boolean reconciling, ClusterFailures failures) {
        ControlPlaneEndpointsConfig config = answer.getControlPlaneEndpointsConfig();
        ControlPlaneEndpointsConfig.IPEndpointsConfig ip = config.getIpEndpointsConfig();
        ControlPlaneEndpointsConfig.DNSEndpointConfig dns = config.getDnsEndpointConfig();
        boolean ipOn = !answer.getEndpoint().isEmpty() && (!ip.hasEnabled() || ip.getEnabled());
        boolean ipPublic = ipOn && (!ip.hasEnablePublicEndpoint() || ip.getEnablePublicEndpoint());
        boolean dnsOpen = dns.getAllowExternalTraffic() && !dns.getEndpoint().isEmpty();
        if (dnsOpen && !ipPublic) {
            return new Cluster(name, server(dns.getEndpoint(), failures), Optional.empty(), reconciling);
        }
        if (!ipOn) {
            throw failures.noEndpoint();
        }
        return new Cluster(
                name,
                server(answer.getEndpoint(), failures),
                Optional.of(authority(answer.getMasterAuth().getClusterCaCertificate(), failures)),
                reconciling);
    }

    private static URI server(String endpoint, ClusterFailures failures) {
        String host = endpoint.contains(":")
                        && endpoint.indexOf(':') != endpoint.lastIndexOf(':')
                        && !endpoint.startsWith("[")
                ? "[" + endpoint + "]"
                : endpoint;
        try {
            URI uri = new URI("https://" + host);
            if (uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw failures.nonsense("its endpoint", e);
        }
        throw failures.nonsense("its endpoint", null);
    }

    private static String authority(String base64, ClusterFailures failures) {
        try {
            String pem = new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
            if (pem.contains("-----BEGIN CERTIFICATE-----")) {
                return pem;
            }
        } catch (IllegalArgumentException e) {
            throw failures.nonsense("the authority of its certificate", e);
        }
        throw failures.nonsense("the authority of its certificate", null);
    }
}
