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
import dev.slipway.gke.model.Endpoint;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.ClusterDirectory;
import dev.slipway.gke.port.TokenSource;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * The clusters of Google Kubernetes Engine, by GetCluster over REST. Ten seconds for one try, thirty for all of them.
 *
 * <p>The best of a cluster's endpoints is the public IP endpoint, where the cluster's own authority signs; then the DNS endpoint,
 * where public authorities sign, and IAM wants one permission more; then the private IP endpoint, for builds inside the network.
 */
public final class GkeClusterDirectory implements ClusterDirectory {
    private static final Duration TRY = Duration.ofSeconds(10);
    private static final Duration ALL = Duration.ofSeconds(30);

    private final GoogleEndpoints endpoints;
    private final Endpoint.Choice choice;
    private final GoogleTransport transport;
    private final Duration perTry;
    private final Duration all;

    /**
     * @param googleEndpoint what stands in for Google, for tests ({@code gke.googleEndpoint})
     * @param choice which endpoints of a cluster may be taken ({@code gke.endpoint})
     * @param proxies the way out
     */
    public GkeClusterDirectory(Optional<URI> googleEndpoint, Endpoint.Choice choice, Proxies proxies) {
        this(googleEndpoint, choice, proxies, TRY, ALL);
    }

    GkeClusterDirectory(
            Optional<URI> googleEndpoint, Endpoint.Choice choice, Proxies proxies, Duration perTry, Duration all) {
        this.endpoints = new GoogleEndpoints(googleEndpoint);
        this.choice = choice;
        this.transport = new GoogleTransport(endpoints, proxies);
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
        Optional<String> warning = warning(name, answer.getStatus(), conditions(answer), failures);
        return new Cluster(name, ways(answer, failures), warning);
    }

    private com.google.container.v1.Cluster get(ClusterName name, BearerCredentials credentials) throws IOException {
        ClusterManagerSettings.Builder settings = ClusterManagerSettings.newHttpJsonBuilder();
        settings.setTransportChannelProvider(ClusterManagerSettings.defaultHttpJsonTransportProviderBuilder()
                .setHttpTransport(transport.create())
                .build());
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

    private static Optional<String> warning(
            ClusterName name, com.google.container.v1.Cluster.Status status, String detail, ClusterFailures failures) {
        String told = detail.isEmpty() ? "" : ": " + detail;
        return switch (status) {
            case RUNNING -> Optional.empty();
            case RECONCILING ->
                Optional.of("Google is changing the control plane of " + name
                        + " now (RECONCILING): it may be unreachable for some minutes" + told);
            case DEGRADED ->
                Optional.of("Google says that " + name + " needs somebody to look at it (DEGRADED)" + told);
            case PROVISIONING -> throw failures.notReady("is still being made", detail, "Wait until it is RUNNING");
            case STOPPING -> throw failures.notReady("is being deleted", detail, "Choose another cluster");
            case ERROR -> throw failures.notReady("is broken", detail, "See what Google's console says about it");
            case STATUS_UNSPECIFIED, UNRECOGNIZED ->
                throw failures.notReady("is in a state that this version does not know", detail, "Update the plugin");
        };
    }

    private List<Endpoint> ways(com.google.container.v1.Cluster answer, ClusterFailures failures) {
        List<Endpoint> ways = new ArrayList<>();
        List<String> closed = new ArrayList<>();
        publicIp(answer, failures, closed).ifPresent(ways::add);
        dns(answer, failures, closed).ifPresent(ways::add);
        privateIp(answer, failures, closed).ifPresent(ways::add);
        if (ways.isEmpty()) {
            throw failures.noEndpoint(choice, closed);
        }
        return ways;
    }

    private Optional<Endpoint> publicIp(
            com.google.container.v1.Cluster answer, ClusterFailures failures, List<String> closed) {
        if (!choice.allows(Endpoint.Kind.PUBLIC)) {
            return Optional.empty();
        }
        ControlPlaneEndpointsConfig.IPEndpointsConfig ip =
                answer.getControlPlaneEndpointsConfig().getIpEndpointsConfig();
        LegacyEndpoints legacy = LegacyEndpoints.of(answer);
        boolean on = (!ip.hasEnabled() || ip.getEnabled())
                && (ip.hasEnablePublicEndpoint() ? ip.getEnablePublicEndpoint() : !legacy.privateOnly());
        String address = on ? first(ip.getPublicEndpoint(), legacy.publicOne()) : "";
        if (address.isEmpty()) {
            closed.add("public: the cluster's public IP endpoint is off");
            return Optional.empty();
        }
        boolean some = ip.getAuthorizedNetworksConfig().getEnabled() || legacy.authorizedNetworks();
        return Optional.of(new Endpoint(
                Endpoint.Kind.PUBLIC,
                server(address, failures),
                Optional.of(authority(answer.getMasterAuth().getClusterCaCertificate(), failures)),
                some ? "only the cluster's authorized networks reach it" : ""));
    }

    private Optional<Endpoint> dns(
            com.google.container.v1.Cluster answer, ClusterFailures failures, List<String> closed) {
        if (!choice.allows(Endpoint.Kind.DNS)) {
            return Optional.empty();
        }
        ControlPlaneEndpointsConfig.DNSEndpointConfig dns =
                answer.getControlPlaneEndpointsConfig().getDnsEndpointConfig();
        // Every cluster has a name for it, whether it is open or not.
        if (dns.getEndpoint().isEmpty() || !dns.getAllowExternalTraffic()) {
            closed.add("dns: the DNS endpoint is closed to callers from outside (allowExternalTraffic)");
            return Optional.empty();
        }
        // Without the cluster's authority: a public one signs for Google's front end.
        return Optional.of(new Endpoint(
                Endpoint.Kind.DNS,
                server(dns.getEndpoint(), failures),
                Optional.empty(),
                "IAM lets through who has" + " container.clusters.connect"));
    }

    private Optional<Endpoint> privateIp(
            com.google.container.v1.Cluster answer, ClusterFailures failures, List<String> closed) {
        if (!choice.allows(Endpoint.Kind.PRIVATE)) {
            return Optional.empty();
        }
        ControlPlaneEndpointsConfig.IPEndpointsConfig ip =
                answer.getControlPlaneEndpointsConfig().getIpEndpointsConfig();
        String address = !ip.hasEnabled() || ip.getEnabled()
                ? first(ip.getPrivateEndpoint(), LegacyEndpoints.of(answer).privateOne())
                : "";
        if (address.isEmpty()) {
            closed.add("private: the cluster has no private IP endpoint");
            return Optional.empty();
        }
        return Optional.of(new Endpoint(
                Endpoint.Kind.PRIVATE,
                server(address, failures),
                Optional.of(authority(answer.getMasterAuth().getClusterCaCertificate(), failures)),
                "it is reached from the cluster's own network"));
    }

    private static String first(String one, String other) {
        return one.isEmpty() ? other : one;
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
