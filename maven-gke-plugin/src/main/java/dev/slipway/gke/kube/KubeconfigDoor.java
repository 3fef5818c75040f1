package dev.slipway.gke.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Endpoint;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.ClusterDoor;
import dev.slipway.gke.port.Pause;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.secret.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes private kubeconfig files: one context each, the current one, no namespace, readable by their owner alone. The
 * machine's own kubeconfig and {@code KUBECONFIG} are neither read nor merged.
 *
 * <p>A GKE cluster may be reached in more than one way; the first that opens is taken. Its token is not in the kubeconfig but in a
 * file beside it, which is kept fresh, because a token may end sooner than a rollout. Closing the door deletes what was written.
 */
public final class KubeconfigDoor implements ClusterDoor {
    private static final Duration KNOCK = Duration.ofSeconds(4);

    /** Waits between the rounds: a server that refuses connections may be about to start. */
    private static final List<Duration> ROUNDS =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));

    private final Path folder;
    private final Clock clock;
    private final Function<Endpoint, Knock.Result> knock;
    private final Proxies proxies;
    private final Pause pause;
    private final List<Path> files = new ArrayList<>();
    private final Map<Path, TokenFile> tokenFiles = new HashMap<>();

    /**
     * @param folder the run's private folder, made if it is not there
     * @param clock tells whether a token is good
     * @param pause waits for a server that does not open yet
     * @param proxies the way out
     */
    public KubeconfigDoor(Path folder, Clock clock, Pause pause, Proxies proxies) {
        this(folder, clock, pause, proxies, new Knock(proxies, KNOCK)::at);
    }

    KubeconfigDoor(Path folder, Clock clock, Pause pause, Proxies proxies, Function<Endpoint, Knock.Result> knock) {
        this.folder = folder.toAbsolutePath();
        this.clock = clock;
        this.pause = pause;
        this.proxies = proxies;
        this.knock = knock;
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
        Endpoint endpoint = open(cluster);
        String name = cluster.name().toString();
        try {
            PrivateFiles.folder(folder);
            Path tokenFile = create("token-", "");
            TokenFile live = new TokenFile(tokenFile, tokens, token);
            tokenFiles.put(tokenFile, live);
            ObjectNode entry = Kubeconfig.node().put("server", endpoint.server().toString());
            proxies.to(endpoint.server().getHost()).ifPresent(proxy -> entry.put("proxy-url", proxy.toString()));
            endpoint.certificateAuthority()
                    .ifPresent(pem -> entry.put(
                            "certificate-authority-data",
                            Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8))));
            ObjectNode user = Kubeconfig.node().put("tokenFile", tokenFile.toString());
            Connection connection = write(new Kubeconfig(name, endpoint.server(), entry, user));
            tokenFiles.put(connection.kubeconfig(), live);
            return connection;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** {@return what keeps a kubeconfig's token fresh; null if it is not this build} */
    synchronized @Nullable TokenFile tokenFile(Path kubeconfig) {
        return tokenFiles.get(kubeconfig);
    }

    private Endpoint open(Cluster cluster) {
        for (int round = 0; ; round++) {
            List<String> closed = new ArrayList<>();
            boolean passing = false;
            for (Endpoint endpoint : cluster.endpoints()) {
                Knock.Result result = knock.apply(endpoint);
                if (result.open()) {
                    return endpoint;
                }
                closed.add(endpoint + ": " + result.reason()
                        + (endpoint.remark().isEmpty() ? "" : "; " + endpoint.remark()));
                passing |= result.passing();
            }
            if (!passing || round >= ROUNDS.size()) {
                throw new DeployFailure(
                        FailureCode.ENDPOINT_UNREACHABLE,
                        "None of the cluster's endpoints can be reached from here:\n    - "
                                + String.join("\n    - ", closed),
                        cluster.name().resource(),
                        "Deploy from a network that reaches one of them, or let this machine's address into the authorized"
                                + " networks; -Dgke.endpoint=public, private or dns chooses one, and gcloud container clusters"
                                + " update " + cluster.name().name() + " --location "
                                + cluster.name().location() + " --project "
                                + cluster.name().project() + " --enable-dns-access opens one more");
            }
            Duration wait = ROUNDS.get(round);
            pause.upTo(wait, Deadline.in(wait, clock));
        }
    }

    @Override
    public synchronized Connection open(Path kubeconfig, String context) {
        Kubeconfig way = Kubeconfig.read(kubeconfig, context);
        if (!way.cluster().hasNonNull("proxy-url")) {
            proxies.to(way.server().getHost()).ifPresent(proxy -> way.cluster().put("proxy-url", proxy.toString()));
        }
        try {
            PrivateFiles.folder(folder);
            return write(way);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public synchronized void close() {
        for (TokenFile tokenFile : tokenFiles.values()) {
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
