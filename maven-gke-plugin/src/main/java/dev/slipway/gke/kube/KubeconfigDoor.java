package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.port.ClusterDoor;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.secret.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Writes private kubeconfig files: one context each, the current one, no namespace, readable by their owner alone. The
 * machine's own kubeconfig and {@code KUBECONFIG} are neither read nor merged.
 *
 * <p>A GKE cluster's token is not in the kubeconfig but in a file beside it, which is kept fresh, because a token may end sooner
 * than a rollout. Closing the door deletes what was written.
 */
public final class KubeconfigDoor implements ClusterDoor {
    private final Path folder;
    private final Clock clock;
    private final List<Path> files = new ArrayList<>();
    private final List<TokenFile> tokenFiles = new ArrayList<>();

    /**
     * @param folder the run's private folder, made if it is not there
     * @param clock tells whether a token is good
     */
    public KubeconfigDoor(Path folder, Clock clock) {
        this.folder = folder.toAbsolutePath();
        this.clock = clock;
    }

    @Override
    public synchronized Connection open(Cluster cluster, TokenSource tokens) {
        AccessToken token = tokens.token();
        if (!token.expiresAt().isAfter(clock.instant())) {
            throw new DeployFailure(
                    FailureCode.CREDENTIALS_REJECTED,
                    "The access token of " + tokens.identity() + " ended at " + token.expiresAt() + ", and it is "
                            + clock.instant() + " here",
                    cluster.name().toString(),
                    "Set this machine's clock right, and run the same command again");
        }
        String name = cluster.name().toString();
        try {
            PrivateFiles.folder(folder);
            Path tokenFile = create("token-", "");
            tokenFiles.add(new TokenFile(tokenFile, tokens, token.reveal()));
            ObjectNode entry = Kubeconfig.node().put("server", cluster.server().toString());
            cluster.certificateAuthority()
                    .ifPresent(pem -> entry.put(
                            "certificate-authority-data",
                            Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8))));
            ObjectNode user = Kubeconfig.node().put("tokenFile", tokenFile.toString());
            return write(new Kubeconfig(name, cluster.server(), entry, user));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public synchronized Connection open(Path kubeconfig, String context) {
        Kubeconfig way = Kubeconfig.read(kubeconfig, context);
        try {
            PrivateFiles.folder(folder);
            return write(way);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public synchronized void close() {
        for (TokenFile tokenFile : tokenFiles) {
            try {
                tokenFile.close();
            } catch (IOException e) {
                // Deleted below, or with the run's folder.
            }
        }
        tokenFiles.clear();
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // The run's folder goes next, with what is in it.
            }
        }
        files.clear();
    }

    private Connection write(Kubeconfig way) throws IOException {
        Path file = create("kubeconfig-", ".yaml");
        way.write(file);
        return new Connection(way.context(), way.server(), file);
    }

    private Path create(String prefix, String suffix) throws IOException {
        Path file = PrivateFiles.create(folder, prefix, suffix);
        files.add(file);
        return file;
    }

    private DeployFailure unwritable(IOException cause) {
        return new DeployFailure(
                FailureCode.INTERNAL,
                "The private kubeconfig cannot be written: " + cause.getMessage(),
                folder.toString(),
                "Check that the disk is not full and that this user may write there",
                cause);
    }
}
