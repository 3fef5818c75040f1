package dev.slipway.gke.kube;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.secret.PrivateFiles;
import dev.slipway.gke.yaml.Manifests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One way in out of a kubeconfig file: a cluster and a user. What the file says is kept as it is, field by field, so that what
 * Helm understands and this code does not goes through too.
 *
 * @param context the name of the way in
 * @param server the API server
 * @param cluster the entry of the cluster
 * @param user the entry of the user; empty for nobody
 */
record Kubeconfig(String context, URI server, ObjectNode cluster, ObjectNode user) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> USER_FILES = List.of("client-certificate", "client-key", "tokenFile");

    /**
     * Reads one context of a file that somebody else wrote: paths that it gives relative to itself come out absolute.
     *
     * @throws DeployFailure if there is no such file or context, or the way in is not safe
     */
    static Kubeconfig read(Path file, String context) {
        JsonNode root = load(file);
        JsonNode wanted = entry(root, "contexts", context)
                .orElseThrow(() -> unusable(
                        "There is no context '" + context + "' in the kubeconfig",
                        file,
                        names(root).isEmpty()
                                ? "The file has no contexts at all: is it the right one?"
                                : "It has " + String.join(", ", names(root))
                                        + ": name one of them (<context>, -Dgke.context)"))
                .path("context");
        String clusterName = wanted.path("cluster").asText();
        JsonNode cluster = entry(root, "clusters", clusterName)
                .orElseThrow(() -> unusable(
                        "The context '" + context + "' names the cluster '" + clusterName
                                + "', which the kubeconfig does not have",
                        file,
                        "Mend the file, or write it anew with the tool that made it"))
                .path("cluster");
        String userName = wanted.path("user").asText();
        JsonNode user = userName.isEmpty()
                ? JSON.createObjectNode()
                : entry(root, "users", userName)
                        .orElseThrow(() -> unusable(
                                "The context '" + context + "' names the user '" + userName
                                        + "', whom the kubeconfig does not have",
                                file,
                                "Mend the file, or write it anew with the tool that made it"))
                        .path("user");
        ObjectNode ownCluster = object(cluster);
        ObjectNode ownUser = object(user);
        Path folder = folderOf(file);
        absolute(ownCluster, "certificate-authority", folder, file);
        USER_FILES.forEach(field -> absolute(ownUser, field, folder, file));
        if (ownUser.path("auth-provider").path("config") instanceof ObjectNode config) {
            absolute(config, "idp-certificate-authority", folder, file);
        }
        if (ownUser.path("exec") instanceof ObjectNode exec) {
            absoluteCommand(exec, folder);
        }
        return new Kubeconfig(context, server(ownCluster, context, file), ownCluster, ownUser);
    }

    /** Reads a file that {@link #write} wrote. */
    static Kubeconfig read(Path file) {
        return read(file, load(file).path("current-context").asText());
    }

    /** Writes it for its owner alone, as the only context and the current one, without a namespace. */
    void write(Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("apiVersion", "v1").put("kind", "Config").put("current-context", context);
        root.putArray("clusters").addObject().put("name", context).set("cluster", cluster);
        root.putArray("users").addObject().put("name", context).set("user", user);
        ObjectNode entry = root.putArray("contexts").addObject().put("name", context);
        entry.putObject("context").put("cluster", context).put("user", context);
        Map<String, Object> tree = JSON.convertValue(root, new TypeReference<>() {});
        PrivateFiles.write(file, Manifests.toYaml(tree).getBytes(StandardCharsets.UTF_8));
    }

    /** {@return an empty node to build an entry in} */
    static ObjectNode node() {
        return JSON.createObjectNode();
    }

    /** Without the user, whose keys nobody may see. */
    @Override
    public String toString() {
        return "Kubeconfig[" + context + " at " + server + "]";
    }

    private static JsonNode load(Path file) {
        if (!Files.isRegularFile(file)) {
            throw unusable(
                    Files.exists(file) ? "The kubeconfig is no file" : "There is no such kubeconfig",
                    file,
                    "Name the file (<kubeconfig>, -Dgke.kubeconfig); the one of the machine is never used by itself");
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new DeployFailure(
                    FailureCode.KUBECONFIG_UNUSABLE,
                    "The kubeconfig cannot be read: " + e.getClass().getSimpleName(),
                    file.toString(),
                    "Check that it is a text file and that this user may read it",
                    e);
        }
        try {
            return JSON.valueToTree(Manifests.parseMap(text));
        } catch (IllegalArgumentException e) {
            // Without the exception as the cause: it quotes the file, and the file holds keys.
            throw unusable("The kubeconfig is not the YAML of a kubeconfig: " + e.getMessage(), file, "Mend the file");
        }
    }

    private static Optional<JsonNode> entry(JsonNode root, String list, String name) {
        for (JsonNode entry : root.path(list)) {
            if (name.equals(entry.path("name").asText())) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    private static List<String> names(JsonNode root) {
        List<String> names = new ArrayList<>();
        root.path("contexts").forEach(entry -> names.add(entry.path("name").asText()));
        return names;
    }

    private static ObjectNode object(JsonNode node) {
        return node instanceof ObjectNode object ? object.deepCopy() : JSON.createObjectNode();
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }

    private static void absolute(ObjectNode node, String field, Path folder, Path file) {
        String given = node.path(field).asText();
        // Clients prefer the data beside it, so a stale path there does no harm.
        if (given.isEmpty() || node.hasNonNull(field + "-data")) {
            return;
        }
        Path path = folder.resolve(given).normalize();
        if (!Files.isReadable(path)) {
            throw unusable(
                    "The kubeconfig's " + field + " cannot be read: " + path,
                    file,
                    "Put the file there, or mend the kubeconfig");
        }
        node.put(field, path.toString());
    }

    private static void absoluteCommand(ObjectNode exec, Path folder) {
        String command = exec.path("command").asText();
        // As kubectl does: a bare name is looked up in the PATH,
        // anything with a separator belongs to the file's folder.
        if (command.contains("/") || command.contains("\\")) {
            exec.put("command", folder.resolve(command).normalize().toString());
        }
    }

    private static URI server(ObjectNode cluster, String context, Path file) {
        String text = cluster.path("server").asText();
        URI server;
        try {
            server = new URI(text);
        } catch (URISyntaxException e) {
            server = URI.create("");
        }
        String host = server.getHost();
        String scheme = server.getScheme() == null ? "" : server.getScheme().toLowerCase(Locale.ROOT);
        if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw unusable(
                    "The server of the context '" + context + "' is no address: '" + text + "'",
                    file,
                    "It has to be like https://10.0.0.1:6443");
        }
        boolean here = loopback(host);
        if (scheme.equals("http") && !here) {
            throw unusable(
                    "The server of the context '" + context + "' is reached without TLS: " + text,
                    file,
                    "Use https; plain http would show the credentials to everybody on the way");
        }
        if (cluster.path("insecure-skip-tls-verify").asBoolean() && !here) {
            throw unusable(
                    "The context '" + context + "' does not check who its server is (insecure-skip-tls-verify): "
                            + text,
                    file,
                    "Put the cluster's authority into certificate-authority-data instead");
        }
        return server;
    }

    private static boolean loopback(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (bare.equals("localhost")) {
            return true;
        }
        // Only what is written as an address: a name could be anybody's tomorrow.
        if (!bare.contains(":") && !bare.matches("[0-9.]+")) {
            return false;
        }
        try {
            return InetAddress.getByName(bare).isLoopbackAddress();
        } catch (IOException e) {
            return false;
        }
    }

    private static DeployFailure unusable(String what, Path file, String tryThis) {
        return new DeployFailure(FailureCode.KUBECONFIG_UNUSABLE, what, file.toString(), tryThis);
    }
}
