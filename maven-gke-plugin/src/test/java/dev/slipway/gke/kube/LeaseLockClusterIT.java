package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Holder;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Proxies;
import dev.slipway.gke.port.Grip;
import dev.slipway.gke.port.ReleaseLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@DisplayName("The lock of a release on a real cluster")
@EnabledIfSystemProperty(
        named = "cluster.kubeconfig",
        matches = ".+",
        disabledReason = "needs a cluster: -Dcluster.kubeconfig=FILE")
class LeaseLockClusterIT extends LeaseLockContract {
    private static final Path KUBECONFIG = Path.of(System.getProperty("cluster.kubeconfig", ""));
    private static final String CONTEXT = System.getProperty("cluster.context", "local");
    private static final int CROWD = 6;

    private RealCluster cluster;
    private KubeconfigDoor door;
    private Connection connection;
    private Namespace namespace;

    @BeforeEach
    void open() throws IOException {
        cluster = new RealCluster(KUBECONFIG, CONTEXT);
        door = new KubeconfigDoor(folder.resolve("run"), Clock.systemUTC(), new NoPause(), Proxies.NONE);
        connection = door.open(KUBECONFIG, CONTEXT);
        namespace = new Namespace("lock-" + Long.toString(System.nanoTime(), 36));
        new ClusterWorkloads(clients(Clock.systemUTC())).create(connection, namespace);
    }

    @AfterEach
    void close() throws IOException {
        cluster.deleteNamespace(namespace);
        door.close();
    }

    @Override
    Connection connection() {
        return connection;
    }

    @Override
    Namespace namespace() {
        return namespace;
    }

    @Override
    void takeAway() {
        String lease = "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/gke-deploy-shop";
        clients(Clock.systemUTC()).of(connection).delete(lease);
    }

    @Test
    @DisplayName("goes over to the next, and to one alone, when nobody has renewed it for as long as it lasts")
    void expired() throws Exception {
        Grip dead = held(new LeaseLock(clients(Clock.systemUTC()), 3, Duration.ofHours(1)), ADA);
        long start = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(CROWD);
        List<Callable<List<Grip>>> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            LeaseLock lock = lock(Duration.ofMinutes(i * 7L - 20));
            crowd.add(() -> until(lock));
        }
        List<Grip> grips = new ArrayList<>();
        for (Future<List<Grip>> found : threads.invokeAll(crowd)) {
            grips.addAll(found.get());
        }
        threads.shutdown();
        assertThat(grips).singleElement().satisfies(grip -> {
            assertThat(grip.previous().map(Holder::owner)).contains(ADA);
            assertThat(grip.lost()).isFalse();
        });
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
        grips.forEach(Grip::close);
        dead.close();
    }

    /** Asks until the lock is ours, or until somebody else has taken it over. */
    private List<Grip> until(LeaseLock lock) throws InterruptedException {
        while (true) {
            ReleaseLock.Claim claim;
            try {
                claim = claim(lock, BOB);
            } catch (DeployFailure failure) {
                throw new AssertionError(failure);
            }
            if (claim instanceof ReleaseLock.Held held) {
                return List.of(held.grip());
            }
            if (claim instanceof ReleaseLock.Taken taken
                    && taken.holder().owner().equals(BOB)) {
                return List.of();
            }
            Thread.sleep(500);
        }
    }
}
