package dev.slipway.gke.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.FakeAccess;
import dev.slipway.gke.fake.FakeCluster;
import dev.slipway.gke.model.AccessToken;
import dev.slipway.gke.model.ChartSource;
import dev.slipway.gke.model.Checkup;
import dev.slipway.gke.model.Cluster;
import dev.slipway.gke.model.ClusterName;
import dev.slipway.gke.model.Finding;
import dev.slipway.gke.model.ImageDigest;
import dev.slipway.gke.model.ImageReference;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.PinnedImage;
import dev.slipway.gke.model.Quota;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleasePlan;
import dev.slipway.gke.port.ClusterDirectory;
import dev.slipway.gke.port.GoogleAccess;
import dev.slipway.gke.port.ImageRegistry;
import dev.slipway.gke.port.PushTrial;
import dev.slipway.gke.port.TokenSource;
import dev.slipway.gke.progress.Journal;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The doctor")
class ExamineTest {
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
    private static final ClusterName ML = new ClusterName("acme", "europe-west1", "ml");
    private static final Namespace DEV = new Namespace("dev");
    private static final ReleaseName SHOP = new ReleaseName("shop");
    private static final ImageReference IMAGE = ImageReference.parse("localhost:5000/acme/shop:1");

    private final FakeCluster cluster = new FakeCluster();
    private final FakeAccess access = new FakeAccess();
    private final List<Finding> told = new ArrayList<>();
    private Supplier<TokenSource> credentials = Deployer::new;
    private ClusterDirectory clusters =
            (name, who) -> Cluster.at(name, URI.create("https://10.0.0.1"), Optional.empty());
    private Set<String> permissions = Set.of("container.clusters.get");
    private Instant atGoogle = NOW;
    private ImageRegistry registry = (image, limit) ->
            new PinnedImage(image.name(), image.tag().orElse(""), new ImageDigest("sha256:" + "a".repeat(64)));
    private PushTrial push = (image, limit) -> {};

    ExamineTest() {
        cluster.namespaces.add(DEV);
    }

    @Test
    @DisplayName(
            "says of each thing that a deploy needs that it is well, changes nothing, and knows the role that is needed")
    void well() {
        Checkup checkup = examine();

        assertThat(checkup.findings()).extracting(Finding::level).containsOnly(Finding.Level.OK);
        assertThat(checkup.findings())
                .extracting(Finding::check)
                .containsExactly(
                        "credentials",
                        "clock",
                        "iam",
                        "cluster",
                        "endpoint",
                        "api server",
                        "namespace",
                        "helm",
                        "chart",
                        "kinds",
                        "rights",
                        "quota",
                        "pull",
                        "push");
        assertThat(told).isEqualTo(checkup.findings());
        assertThat(checkup.role().orElseThrow().yaml()).contains("name: deploy-shop");
        assertThat(cluster.deeds).isEmpty();
    }

    @Nested
    @DisplayName("finds")
    class Finds {
        @Test
        @DisplayName("credentials that are missing, and looks at the chart and the registry all the same")
        void noCredentials() {
            credentials = () -> {
                throw new DeployFailure(FailureCode.CREDENTIALS_MISSING, "There are none", "here", "Sign in");
            };

            Checkup checkup = examine();

            assertThat(checkup.problems())
                    .containsExactly(Finding.problem("credentials", "GKE-201: There are none", "Sign in"));
            assertThat(checkup.findings()).extracting(Finding::check).contains("chart", "pull", "push");
            assertThat(checkup.role()).isEmpty();
        }

        @Test
        @DisplayName("a permission that is missing at Google, with the command that gives it")
        void iam() {
            permissions = Set.of();

            assertThat(problem("iam"))
                    .isEqualTo("deployer@acme.iam.gserviceaccount.com lacks in project acme: container.clusters.get"
                            + " | gcloud projects add-iam-policy-binding acme --role roles/container.clusterViewer"
                            + " --member serviceAccount:deployer@acme.iam.gserviceaccount.com");
        }

        @Test
        @DisplayName("a clock that is wrong: a word above a minute, a problem above five")
        void clock() {
            atGoogle = NOW.minusSeconds(90);
            assertThat(of("clock"))
                    .isEqualTo(Finding.warning(
                            "clock",
                            "This machine's clock is 90 s ahead of Google's",
                            "Set it right: timedatectl set-ntp true, or chronyc makestep"));

            atGoogle = NOW.plusSeconds(660);
            assertThat(problem("clock")).startsWith("This machine's clock is 11 minutes behind Google's");
        }

        @Test
        @DisplayName("every right that is missing, in one list")
        void rights() {
            access.lacks("patch", "deployments.apps");
            access.lacks("create", "leases.coordination.k8s.io");

            assertThat(problem("rights")).startsWith("""
                    ci@acme.iam.gserviceaccount.com lacks 2 rights:
                        - create leases.coordination.k8s.io in namespace dev
                        - patch deployments.apps in namespace dev |""");
        }

        @Test
        @DisplayName("kinds that the cluster does not know")
        void kinds() {
            access.knowsNo("Deployment");

            assertThat(problem("kinds")).startsWith("The cluster does not know: apps/v1 Deployment");
        }

        @Test
        @DisplayName("a namespace that is missing or going")
        void namespace() {
            cluster.namespaces.clear();
            assertThat(problem("namespace")).startsWith("There is no namespace dev");

            cluster.namespaces.add(DEV);
            access.isEnding();
            assertThat(problem("namespace")).startsWith("dev is being deleted");
        }

        @Test
        @DisplayName("an image that is not pushed yet, which is no problem, and one that may not be read, which is one")
        void image() {
            registry = (image, limit) -> {
                throw new DeployFailure(FailureCode.IMAGE_NOT_FOUND, "none", "there", "push it");
            };
            assertThat(of("pull").level()).isEqualTo(Finding.Level.WARNING);

            registry = (image, limit) -> {
                throw new DeployFailure(FailureCode.REGISTRY_DENIED, "denied", "there", "log in");
            };
            assertThat(problem("pull")).isEqualTo("denied | log in");
        }

        @Test
        @DisplayName("an account that may not push, of which it warns")
        void push() {
            push = (image, limit) -> {
                throw new DeployFailure(FailureCode.REGISTRY_DENIED, "denied", "there", "log in");
            };

            assertThat(of("push").level()).isEqualTo(Finding.Level.WARNING);
        }

        @Test
        @DisplayName("a cluster of which Google warns")
        void warning() {
            clusters = (name, who) -> new Cluster(
                    name,
                    Cluster.at(name, URI.create("https://10.0.0.1"), Optional.empty())
                            .endpoints(),
                    Optional.of("it is DEGRADED"));

            assertThat(of("cluster").level()).isEqualTo(Finding.Level.WARNING);
        }
    }

    @Nested
    @DisplayName("compares with the quota")
    class ComparesWithQuota {
        private final Quota quota = new Quota(
                "team",
                Map.of(
                        "requests.cpu", new BigDecimal("0.5"),
                        "requests.memory", new BigDecimal(1L << 30),
                        "pods", BigDecimal.TEN));

        @Test
        @DisplayName("all pods of a new release")
        void fresh() {
            assertThat(AskedOfQuota.beyond(List.of(quota), manifest(), true))
                    .containsExactly("requests.cpu: 0.75 would be asked for, 0.5 is left (ResourceQuota team)");
        }

        @Test
        @DisplayName("of an upgrade the pods that come before the old ones go")
        void upgrade() {
            assertThat(AskedOfQuota.beyond(List.of(quota), manifest(), false)).isEmpty();
        }

        private Manifest manifest() {
            Map<String, Object> container =
                    Map.of("name", "app", "resources", Map.of("requests", Map.of("cpu", "250m", "memory", "256Mi")));
            Map<String, Object> spec =
                    Map.of("replicas", 3, "template", Map.of("spec", Map.of("containers", List.of(container))));
            return new Manifest(List.of(new KubeObject("apps/v1", "Deployment", "shop", Map.of("spec", spec))));
        }
    }

    private String problem(String check) {
        Finding finding = of(check);
        assertThat(finding.level()).isEqualTo(Finding.Level.PROBLEM);
        return finding.what() + " | " + finding.tryThis();
    }

    private Finding of(String check) {
        return examine().findings().stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow();
    }

    private Checkup examine() {
        told.clear();
        return new Examine(
                        new Examine.Ports(
                                credentials,
                                new Google(),
                                clusters,
                                cluster,
                                access,
                                cluster,
                                cluster,
                                cluster,
                                registry,
                                push,
                                Clock.fixed(NOW, ZoneOffset.UTC)),
                        new Examine.Subject(
                                Optional.of(ML),
                                Optional.empty(),
                                false,
                                new ReleasePlan(
                                        SHOP, DEV, new ChartSource("chart"), List.of(), Map.of(), "by the test"),
                                Optional.of(IMAGE)),
                        told::add)
                .run(Begin.HERE, new Journal(Clock.fixed(NOW, ZoneOffset.UTC), line -> {}, line -> {}));
    }

    private final class Google implements GoogleAccess {
        @Override
        public Optional<Set<String>> held(String project, Set<String> wanted, TokenSource tokens) {
            return Optional.of(permissions);
        }

        @Override
        public Optional<Instant> time() {
            return Optional.of(atGoogle);
        }
    }

    private record Deployer() implements TokenSource {
        @Override
        public AccessToken token() {
            return new AccessToken("token", NOW.plus(Duration.ofHours(1)));
        }

        @Override
        public String identity() {
            return "deployer@acme.iam.gserviceaccount.com";
        }
    }
}
