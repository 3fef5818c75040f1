package dev.slipway.e2e;

import dev.slipway.gke.google.emulator.EmulatedCluster;
import dev.slipway.gke.google.emulator.EmulatedFederation;
import dev.slipway.gke.google.emulator.EmulatedServiceAccount;
import dev.slipway.gke.google.emulator.GoogleEmulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Google, as the local cluster knows it: the emulator where the API server's token webhook asks, one cluster, and three service
 * accounts with the rights that {@code docs/deployer-role.yaml} and {@code docs/environments.md} name, and no more.
 */
final class Google implements AutoCloseable {
    /** Where the webhook of the local cluster's API server asks. */
    static final int PORT = 18443;

    /** The discard service, which no machine runs any more. */
    private static final int NOBODY = 9;

    private static final String PROJECT = "acme-ml";
    private static final String LOCATION = "europe-west1-b";
    private static final String CLUSTER = "models";

    private final GoogleEmulator emulator;
    private final Cluster cluster;
    private final String role;
    private final EmulatedServiceAccount deployer;
    private final EmulatedServiceAccount previewer;
    private final EmulatedServiceAccount shortLived;

    private Google(GoogleEmulator emulator, Cluster cluster, String role) {
        this.emulator = emulator;
        this.cluster = cluster;
        this.role = role;
        deployer = emulator.newServiceAccount(PROJECT, "deployer");
        previewer = emulator.newServiceAccount(PROJECT, "previewer");
        shortLived = emulator.newServiceAccount(PROJECT, "short-lived");
    }

    /**
     * Starts Google and does what an administrator of the cluster does once.
     *
     * @param role {@code docs/deployer-role.yaml}
     */
    static Google start(Cluster cluster, Path role) {
        Narrator.say("Google's emulator on port " + PORT);
        GoogleEmulator emulator = GoogleEmulator.start(PORT);
        Google google = new Google(emulator, cluster, read(role));
        emulator.put(EmulatedCluster.running(PROJECT, LOCATION, CLUSTER, "127.0.0.1:6443", cluster.authority()));
        for (String namespace : List.of("dev", "staging", "prod")) {
            // The API server itself refuses a pod that does not meet the Pod Security Standard.
            cluster.apply("""
                    apiVersion: v1
                    kind: Namespace
                    metadata:
                      name: NAMESPACE
                      labels: {pod-security.kubernetes.io/enforce: restricted}
                    """.replace("NAMESPACE", namespace));
            google.grant(namespace);
        }
        // "cluster-wide leave to get and create namespaces with the same rules in each"; and to take them away again.
        cluster.apply(google.role
                .replace("kind: Role", "kind: ClusterRole")
                .replace("name: deployer\n  namespace: dev", "name: previewer")
                .replace("name: deployer\n", "name: previewer\n")
                .replace("[namespaces]\n    verbs: [get]\n", "[namespaces]\n    verbs: [get, create, delete]\n")
                .replace("deployer@my-project.iam.gserviceaccount.com", google.previewer.email()));
        return google;
    }

    /** Gives the deployer its role in a namespace, as the documents say. */
    void grant(String namespace) {
        grant(namespace, deployer);
    }

    private void grant(String namespace, EmulatedServiceAccount account) {
        cluster.apply(role.replace("namespace: dev", "namespace: " + namespace)
                .replace("deployer@my-project.iam.gserviceaccount.com", account.email()));
    }

    /** Gives the deployer its role in a namespace without two of its verbs: creating services, and changing deployments. */
    void grantTooLittle(String namespace) {
        String less = role.replace(
                        "resources: [services, serviceaccounts]\n    verbs: [get, create, patch, delete]",
                        "resources: [services, serviceaccounts]\n    verbs: [get, patch, delete]")
                .replace(
                        "resources: [deployments]\n    verbs: [get, create, patch, delete]",
                        "resources: [deployments]\n    verbs: [get, create, delete]");
        if (less.length() >= role.length() - "create, ".length()) {
            throw new IllegalStateException("docs/deployer-role.yaml is written otherwise now");
        }
        cluster.apply(less.replace("namespace: dev", "namespace: " + namespace)
                .replace("deployer@my-project.iam.gserviceaccount.com", deployer.email()));
    }

    /** {@return the variables that the team's pipeline sets for dev, staging and prod, the key as JSON among them} */
    Map<String, String> variables() {
        return withKey(deployer.keyText());
    }

    /**
     * Makes a cluster more: its public endpoint is closed to this network, and its DNS endpoint open. In truth it is the same cluster.
     *
     * @param name its name at Google
     * @param host its DNS endpoint
     */
    void addBehindDns(String name, String host) {
        emulator.put(EmulatedCluster.running(PROJECT, LOCATION, name, "127.0.0.1:" + NOBODY, cluster.authority())
                .withAuthorizedNetworks()
                .withOpenDnsEndpoint(host));
    }

    /** {@return the variables for one of the clusters, with a key whose {@code token_uri} is Google's own, as everybody's is} */
    Map<String, String> variablesOf(String name) {
        Map<String, String> variables = withKey(deployer.keyText(Map.of("token_uri", GoogleEmulator.GOOGLE_AUDIENCE)));
        variables.put("GKE_CLUSTER_NAME", name);
        return variables;
    }

    /** {@return the same for previews} */
    Map<String, String> previewVariables() {
        return withKey(previewer.keyText());
    }

    /** {@return the same with the key as the path of its file} */
    static Map<String, String> variables(Path keyFile) {
        return withKey(keyFile.toString());
    }

    /** {@return the text of the deployer's key file} */
    String key() {
        return deployer.keyText();
    }

    /** {@return the file that google-github-actions/auth writes for a workflow that may act as the deployer} */
    String federation() {
        EmulatedFederation federation = emulator.newFederation("acme/shop");
        emulator.allowImpersonation(federation.principal(), deployer);
        return federation.configuration(deployer);
    }

    /** {@return the variables of a workflow that has no key} */
    static Map<String, String> withoutKey(Path federation) {
        Map<String, String> variables = withKey("");
        variables.remove("GKE_SA_KEY");
        variables.put("GOOGLE_APPLICATION_CREDENTIALS", federation.toString());
        return variables;
    }

    /** {@return the variables of another account with the deployer's role in a namespace, whose tokens live that long} */
    Map<String, String> shortLived(String namespace, Duration lifetime) {
        emulator.setTokenLifetime(shortLived, lifetime);
        grant(namespace, shortLived);
        return withKey(shortLived.keyText());
    }

    /** {@return how often the account with those tokens has signed in} */
    long signInsShortLived() {
        return emulator.requests().stream()
                .filter(request ->
                        request.path().equals("/token") && request.identity().equals(shortLived.email()))
                .count();
    }

    /** Deletes the deployer: its key gets no more tokens, and those that it has are worth nothing. */
    void revoke() {
        emulator.delete(deployer);
    }

    /** Makes the deployer again, with the same key. */
    void restore() {
        emulator.newServiceAccount(PROJECT, "deployer");
    }

    /** {@return the address of the deployer} */
    String deployer() {
        return deployer.email();
    }

    /** {@return how many requests there were under a path} */
    long requests(String path) {
        return emulator.requests(path);
    }

    /** {@return whether the text holds a line of a key or a token that was issued for it} */
    boolean secretLeaksInto(String text) {
        return emulator.secretLeaksInto(text);
    }

    @Override
    public void close() {
        emulator.close();
    }

    private static Map<String, String> withKey(String key) {
        Map<String, String> variables = new TreeMap<>();
        variables.put("GKE_PROJECT_ID", PROJECT);
        variables.put("GKE_CLUSTER_ZONE", LOCATION);
        variables.put("GKE_CLUSTER_NAME", CLUSTER);
        variables.put("GKE_SA_KEY", key);
        return variables;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
