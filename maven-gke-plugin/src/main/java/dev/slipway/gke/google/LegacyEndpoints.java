package dev.slipway.gke.google;

import com.google.container.v1.Cluster;

/**
 * What clusters say of their endpoints that were made before {@code controlPlaneEndpointsConfig}.
 *
 * @param publicOne address; may be empty
 * @param privateOne address; may be empty
 * @param privateOnly whether the public endpoint is off
 * @param authorizedNetworks whether only some networks reach the public endpoint
 */
record LegacyEndpoints(String publicOne, String privateOne, boolean privateOnly, boolean authorizedNetworks) {

    /** {@return what the deprecated fields say, which Google fills as long as it answers with them} */
    @SuppressWarnings("deprecation")
    static LegacyEndpoints of(Cluster cluster) {
        boolean privateOnly = cluster.getPrivateClusterConfig().getEnablePrivateEndpoint();
        String publicOne = cluster.getPrivateClusterConfig().getPublicEndpoint();
        String privateOne = cluster.getPrivateClusterConfig().getPrivateEndpoint();
        return new LegacyEndpoints(
                publicOne.isEmpty() && !privateOnly ? cluster.getEndpoint() : publicOne,
                privateOne.isEmpty() && privateOnly ? cluster.getEndpoint() : privateOne,
                privateOnly,
                cluster.getMasterAuthorizedNetworksConfig().getEnabled());
    }
}
