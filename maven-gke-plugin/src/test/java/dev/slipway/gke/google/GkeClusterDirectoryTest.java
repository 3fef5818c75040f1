package dev.slipway.gke.google;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.google.emulator.EmulatedCluster;
import dev.slipway.gke.google.emulator.EmulatedServiceAccount;
import dev.slipway.gke.google.emulator.GoogleEmulator;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Endpoint;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.TokenSource;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The directory of GKE clusters")
class GkeClusterDirectoryTest {
    private static final ClusterName NAME = new ClusterName("acme", "europe-west1", "main");
    private static final String PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    private static final EmulatedCluster RUNNING =
            EmulatedCluster.running("acme", "europe-west1", "main", "203.0.113.7", PEM);

    private final GoogleEmulator google = GoogleEmulator.start();
    private final EmulatedServiceAccount deployer = google.newServiceAccount("acme", "deployer");
    private final TokenSource tokens = Given.key(deployer.keyText(), google);

    @AfterEach
    void stop() {
        google.close();
    }

    @Test
    @DisplayName("finds a running cluster's IP endpoint and the authority that signs for it")
    void running() {
        google.put(RUNNING);

        assertThat(find(NAME)).isEqualTo(Cluster.at(NAME, URI.create("https://203.0.113.7"), Optional.of(PEM)));
    }

    @Test
    @DisplayName("takes an endpoint with a port, or of IPv6")
    void endpointShapes() {
        google.put(EmulatedCluster.running("acme", "europe-west1", "main", "127.0.0.1:6443", PEM));
        assertThat(server()).isEqualTo(URI.create("https://127.0.0.1:6443"));

        google.put(EmulatedCluster.running("acme", "europe-west1", "main", "2001:db8::7", PEM));
        assertThat(server()).isEqualTo(URI.create("https://[2001:db8::7]"));
    }

    @Test
    @DisplayName("offers, best first, the endpoints that the cluster allows: public, DNS, private")
    void endpoints() {
        google.put(RUNNING.withPrivateEndpoint("10.1.0.2"));
        assertThat(kinds(Endpoint.Choice.AUTO)).containsExactly(Endpoint.Kind.PUBLIC, Endpoint.Kind.PRIVATE);

        google.put(RUNNING.withPrivateEndpoint("10.1.0.2").withOpenDnsEndpoint("gke-9.europe-west1.gke.goog"));
        assertThat(kinds(Endpoint.Choice.AUTO))
                .containsExactly(Endpoint.Kind.PUBLIC, Endpoint.Kind.DNS, Endpoint.Kind.PRIVATE);

        google.put(RUNNING.withPrivateEndpoint("10.1.0.2").withoutPublicEndpoint());
        assertThat(kinds(Endpoint.Choice.AUTO)).containsExactly(Endpoint.Kind.PRIVATE);
        assertThat(server()).isEqualTo(URI.create("https://10.1.0.2"));
    }

    @Test
    @DisplayName("offers the one that was chosen alone")
    void choice() {
        google.put(RUNNING.withPrivateEndpoint("10.1.0.2").withOpenDnsEndpoint("gke-9.europe-west1.gke.goog"));

        assertThat(kinds(Endpoint.Choice.PUBLIC)).containsExactly(Endpoint.Kind.PUBLIC);
        assertThat(kinds(Endpoint.Choice.PRIVATE)).containsExactly(Endpoint.Kind.PRIVATE);
        assertThat(kinds(Endpoint.Choice.DNS)).containsExactly(Endpoint.Kind.DNS);
    }

    @Test
    @DisplayName("knows that public authorities, not the cluster's, sign for its DNS endpoint")
    void dnsEndpoint() {
        google.put(RUNNING.withOpenDnsEndpoint("gke-9.europe-west1.gke.goog"));

        Endpoint endpoint =
                directory(Endpoint.Choice.DNS).find(NAME, tokens).endpoints().get(0);

        assertThat(endpoint.server()).isEqualTo(URI.create("https://gke-9.europe-west1.gke.goog"));
        assertThat(endpoint.certificateAuthority()).isEmpty();
    }

    @Test
    @DisplayName("says of each endpoint why it cannot be taken, if none can; a DNS endpoint that is closed is none")
    void noEndpoint() {
        google.put(RUNNING.withoutIpEndpoint());

        DeployFailure failure = failure(NAME);

        assertThat(failure.code()).isEqualTo(FailureCode.ENDPOINT_UNREACHABLE);
        assertThat(failure.what()).isEqualTo("""
                        The cluster's control plane has no endpoint that can be reached from here:
                            - public: the cluster's public IP endpoint is off
                            - dns: the DNS endpoint is closed to callers from outside (allowExternalTraffic)
                            - private: the cluster has no private IP endpoint""");
        assertThat(failure.tryThis()).contains("--enable-dns-access");

        google.put(RUNNING);
        assertThat(failure(directory(Endpoint.Choice.DNS), NAME).what()).isEqualTo("""
                        The cluster's control plane has no endpoint that gke.endpoint=dns allows:
                            - dns: the DNS endpoint is closed to callers from outside (allowExternalTraffic)""");
    }

    @Test
    @DisplayName("knows that only some networks reach an endpoint")
    void authorizedNetworks() {
        google.put(RUNNING.withAuthorizedNetworks());

        assertThat(find(NAME).endpoints().get(0).remark()).isEqualTo("only the cluster's authorized networks reach it");
    }

    @Test
    @DisplayName("warns of a cluster whose control plane is being changed")
    void reconciling() {
        google.put(RUNNING.withStatus("RECONCILING"));

        assertThat(find(NAME).warning())
                .hasValue("Google is changing the control plane of gke_acme_europe-west1_main now (RECONCILING):"
                        + " it may be unreachable for some minutes");
    }

    @Test
    @DisplayName("warns of a cluster that needs somebody to look at it")
    void degraded() {
        google.put(RUNNING.withStatus("DEGRADED"));

        assertThat(find(NAME).warning().orElseThrow()).contains("DEGRADED");
    }

    @ParameterizedTest
    @CsvSource({
        "PROVISIONING, The cluster is still being made",
        "STOPPING, The cluster is being deleted",
        "ERROR, The cluster is broken"
    })
    @DisplayName("refuses a cluster that takes no release now")
    void notReady(String status, String what) {
        google.put(RUNNING.withStatus(status));

        assertThat(failure(NAME).code()).isEqualTo(FailureCode.CLUSTER_NOT_READY);
        assertThat(failure(NAME).what()).isEqualTo(what);
    }

    @Test
    @DisplayName("says where a cluster may be that was asked for in its zone, or in its region")
    void notFound() {
        DeployFailure byZone = failure(new ClusterName("acme", "europe-west1-b", "main"));
        assertThat(byZone.code()).isEqualTo(FailureCode.CLUSTER_NOT_FOUND);
        assertThat(byZone.what()).isEqualTo("Project acme has no cluster main in europe-west1-b");
        assertThat(byZone.where()).isEqualTo("projects/acme/locations/europe-west1-b/clusters/main");
        assertThat(byZone.tryThis()).contains("try gke.location (GKE_CLUSTER_ZONE) europe-west1.");

        assertThat(failure(NAME).tryThis()).contains("europe-west1-a, -b");
    }

    @Test
    @DisplayName("names the role that is missing, and whose it is")
    void forbidden() {
        google.put(RUNNING);
        google.setMaySeeClusters(deployer, false);

        DeployFailure failure = failure(NAME);

        assertThat(failure.code()).isEqualTo(FailureCode.CLUSTER_FORBIDDEN);
        assertThat(failure.what()).startsWith(deployer.email());
        assertThat(failure.tryThis())
                .isEqualTo("Give it the role: gcloud projects add-iam-policy-binding acme"
                        + " --member serviceAccount:deployer@acme.iam.gserviceaccount.com"
                        + " --role roles/container.clusterViewer");
    }

    @Test
    @DisplayName("tells a switched-off API from a missing role")
    void apiOff() {
        google.setApiEnabled("acme", false);

        DeployFailure failure = failure(NAME);

        assertThat(failure.code()).isEqualTo(FailureCode.CLUSTER_FORBIDDEN);
        assertThat(failure.what()).isEqualTo("The Kubernetes Engine API of project acme is switched off");
    }

    @Test
    @DisplayName("says that a token was refused")
    void revokedToken() {
        google.put(RUNNING);
        assertThat(tokens.token()).isNotNull();
        google.revokeTokens();

        assertThat(failure(NAME).code()).isEqualTo(FailureCode.CREDENTIALS_REJECTED);
    }

    @Test
    @DisplayName("asks again when Google stumbles")
    void retries() {
        google.put(RUNNING);
        google.fail("/v1/", 503, 2);

        assertThat(find(NAME).name()).isEqualTo(NAME);
        assertThat(google.requests("/v1/")).isEqualTo(3);
    }

    @Test
    @DisplayName("gives up on a Google that does not answer, in the time that it has")
    void tooSlow() {
        google.put(RUNNING);
        for (int i = 0; i < 10; i++) {
            google.delay("/v1/", Duration.ofSeconds(20));
        }
        assertThat(tokens.token()).isNotNull();
        Instant start = Instant.now();

        DeployFailure failure = failure(
                new GkeClusterDirectory(
                        Optional.of(google.endpoint()),
                        Endpoint.Choice.AUTO,
                        Proxies.NONE,
                        Duration.ofMillis(300),
                        Duration.ofMillis(900)),
                NAME);

        assertThat(failure.code()).isEqualTo(FailureCode.GOOGLE_UNREACHABLE);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(6));
    }

    @Test
    @DisplayName("says that Google cannot be reached, and where it was looked for")
    void unreachable() {
        assertThat(tokens.token()).isNotNull();
        google.close();

        DeployFailure failure = failure(
                new GkeClusterDirectory(
                        Optional.of(google.endpoint()),
                        Endpoint.Choice.AUTO,
                        Proxies.NONE,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2)),
                NAME);

        assertThat(failure.code()).isEqualTo(FailureCode.GOOGLE_UNREACHABLE);
        assertThat(failure.where()).isEqualTo(google.endpoint().getAuthority());
    }

    private List<Endpoint.Kind> kinds(Endpoint.Choice choice) {
        return directory(choice).find(NAME, tokens).endpoints().stream()
                .map(Endpoint::kind)
                .toList();
    }

    private URI server() {
        return find(NAME).endpoints().get(0).server();
    }

    private GkeClusterDirectory directory(Endpoint.Choice choice) {
        return new GkeClusterDirectory(Optional.of(google.endpoint()), choice, Proxies.NONE);
    }

    private Cluster find(ClusterName name) {
        return directory(Endpoint.Choice.AUTO).find(name, tokens);
    }

    private DeployFailure failure(ClusterName name) {
        return failure(directory(Endpoint.Choice.AUTO), name);
    }

    private DeployFailure failure(GkeClusterDirectory directory, ClusterName name) {
        try {
            directory.find(name, tokens);
        } catch (DeployFailure e) {
            assertThat(google.secretLeaksInto(e.getMessage() + e.getCause() + e.what() + e.where() + e.tryThis()))
                    .isFalse();
            return e;
        }
        throw new AssertionError("the cluster was found");
    }
}
