package dev.slipway.gke.google.emulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A cluster as GetCluster tells of it.
 *
 * @param project project id
 * @param location zone or region
 * @param name name
 * @param endpoint host or host:port of the API server; empty if the cluster has no IP endpoint
 * @param caPem PEM of the authority of the API server's certificate; may be empty
 * @param status {@code RUNNING}, {@code PROVISIONING}, …
 * @param dnsEndpoint host of the DNS endpoint, which every cluster has a name for; may be empty here
 * @param externalTraffic whether the DNS endpoint answers callers from outside Google's network
 * @param privateEndpoint host or host:port of the API server inside its network; may be empty
 * @param publicOn whether the IP endpoint is reached from outside
 * @param authorizedNetworks whether only some networks reach the public endpoint
 */
public record EmulatedCluster(
        String project,
        String location,
        String name,
        String endpoint,
        String caPem,
        String status,
        String dnsEndpoint,
        boolean externalTraffic,
        String privateEndpoint,
        boolean publicOn,
        boolean authorizedNetworks) {

    /** {@return a running cluster with an IP endpoint and a closed DNS endpoint, as most are} */
    public static EmulatedCluster running(String project, String location, String name, String endpoint, String caPem) {
        return new EmulatedCluster(
                project,
                location,
                name,
                endpoint,
                caPem,
                "RUNNING",
                "gke-1a2b." + location + ".gke.goog",
                false,
                "",
                true,
                false);
    }

    /** {@return the same cluster in another status} */
    public EmulatedCluster withStatus(String other) {
        return new EmulatedCluster(
                project,
                location,
                name,
                endpoint,
                caPem,
                other,
                dnsEndpoint,
                externalTraffic,
                privateEndpoint,
                publicOn,
                authorizedNetworks);
    }

    /** {@return the same cluster without its IP endpoints} */
    public EmulatedCluster withoutIpEndpoint() {
        return new EmulatedCluster(
                project,
                location,
                name,
                "",
                caPem,
                status,
                dnsEndpoint,
                externalTraffic,
                "",
                publicOn,
                authorizedNetworks);
    }

    /** {@return the same cluster with a DNS endpoint that callers from outside may use} */
    public EmulatedCluster withOpenDnsEndpoint(String host) {
        return new EmulatedCluster(
                project,
                location,
                name,
                endpoint,
                caPem,
                status,
                host,
                true,
                privateEndpoint,
                publicOn,
                authorizedNetworks);
    }

    /** {@return the same cluster with an endpoint inside its network} */
    public EmulatedCluster withPrivateEndpoint(String host) {
        return new EmulatedCluster(
                project,
                location,
                name,
                endpoint,
                caPem,
                status,
                dnsEndpoint,
                externalTraffic,
                host,
                publicOn,
                authorizedNetworks);
    }

    /** {@return the same cluster, its public IP endpoint off} */
    public EmulatedCluster withoutPublicEndpoint() {
        return new EmulatedCluster(
                project,
                location,
                name,
                endpoint,
                caPem,
                status,
                dnsEndpoint,
                externalTraffic,
                privateEndpoint,
                false,
                authorizedNetworks);
    }

    /** {@return the same cluster, its public endpoint open to some networks only} */
    public EmulatedCluster withAuthorizedNetworks() {
        return new EmulatedCluster(
                project,
                location,
                name,
                endpoint,
                caPem,
                status,
                dnsEndpoint,
                externalTraffic,
                privateEndpoint,
                publicOn,
                true);
    }

    String resource() {
        return "projects/" + project + "/locations/" + location + "/clusters/" + name;
    }

    ObjectNode toJson(ObjectMapper json) {
        ObjectNode cluster = json.createObjectNode();
        cluster.put("name", name);
        cluster.put("location", location);
        cluster.put("selfLink", "https://container.googleapis.com/v1/" + resource());
        cluster.put("status", status);
        cluster.put("currentMasterVersion", "1.35.2-gke.1269000");
        // As at Google: the deprecated field has the endpoint in use, the private one where there is no public one.
        String inUse = publicOn ? endpoint : privateEndpoint;
        if (!inUse.isEmpty()) {
            cluster.put("endpoint", inUse);
        }
        ObjectNode masterAuth = cluster.putObject("masterAuth");
        if (!caPem.isEmpty()) {
            masterAuth.put(
                    "clusterCaCertificate",
                    Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.US_ASCII)));
        }
        ObjectNode endpoints = cluster.putObject("controlPlaneEndpointsConfig");
        ObjectNode dns = endpoints.putObject("dnsEndpointConfig");
        dns.put("endpoint", dnsEndpoint);
        dns.put("allowExternalTraffic", externalTraffic);
        ObjectNode ip = endpoints.putObject("ipEndpointsConfig");
        ip.put("enabled", !inUse.isEmpty());
        ip.put("enablePublicEndpoint", publicOn && !endpoint.isEmpty());
        if (publicOn && !endpoint.isEmpty()) {
            ip.put("publicEndpoint", endpoint);
        }
        if (!privateEndpoint.isEmpty()) {
            ip.put("privateEndpoint", privateEndpoint);
        }
        ip.putObject("authorizedNetworksConfig").put("enabled", authorizedNetworks);
        cluster.putObject("autopilot").put("enabled", false);
        return cluster;
    }
}
