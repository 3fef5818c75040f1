package dev.slipway.gke.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.fake.NoPause;
import dev.slipway.gke.model.ChartId;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Release;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.ReleaseStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The history of a release")
class SecretReleaseHistoryTest {
    private static final Namespace DEV = new Namespace("dev");
    private static final String PATH = "GET /api/v1/namespaces/dev/secrets";

    @TempDir
    private Path folder;

    private FakeApiServer server;
    private KubeClients clients;
    private Connection connection;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer(FakeApiServer.Identity.local(folder));
        clients = new KubeClients(new NoPause(), Clock.systemUTC());
        connection = server.connection(folder, "{}");
    }

    @AfterEach
    void stop() {
        clients.close();
        server.close();
    }

    @ParameterizedTest(name = "Helm {0}")
    @DisplayName("is read as real Helm wrote it, the newest revision first")
    @CsvSource({"3, 2026-11-23T08:36:32Z", "4, 2026-11-23T08:36:33Z"})
    void reads(String helm, Instant second) {
        server.answers(PATH, 200, Fixtures.text("history/helm" + helm));
        ReleaseName name = new ReleaseName("hist" + helm);

        List<Release> revisions = new SecretReleaseHistory(clients).revisions(connection, DEV, name);

        assertThat(revisions).extracting(Release::revision).containsExactly(2, 1);
        assertThat(revisions)
                .extracting(Release::status)
                .containsExactly(ReleaseStatus.DEPLOYED, ReleaseStatus.SUPERSEDED);
        assertThat(revisions).extracting(Release::chart).containsOnly(new ChartId("history", "1.2.3"));
        assertThat(revisions)
                .extracting(Release::description)
                .containsExactly("Upgrade complete", "first of Helm " + helm);
        assertThat(revisions.get(1).deployedAt()).isBetween(second, second.plusSeconds(1));
        assertThat(revisions.get(0).manifest().objects())
                .extracting(KubeObject::toString)
                .containsExactly("ConfigMap/hist" + helm);
        assertThat(revisions.get(0).manifest().objects().get(0).body().get("data"))
                .hasToString("{word=second}");
        assertThat(revisions.get(0).hooks().objects())
                .extracting(KubeObject::toString)
                .containsExactly("Pod/hist" + helm + "-test");
        assertThat(server.lines().get(0)).contains("labelSelector=owner%3Dhelm%2Cname%3Dhist" + helm);
    }

    @Test
    @DisplayName("is empty where there is none")
    void empty() {
        server.answers(PATH, 200, "{\"items\":[]}");

        assertThat(new SecretReleaseHistory(clients).revisions(connection, DEV, new ReleaseName("absent")))
                .isEmpty();
    }

    @Test
    @DisplayName("names the Secret that does not hold a revision, and shows nothing of it")
    void broken() {
        server.answers(
                PATH,
                200,
                Fixtures.text("history/helm3").replaceFirst("\"release\": \"[^\"]*\"", "\"release\": \"c2VjcmV0\""));

        DeployFailure failure = catchThrowableOfType(
                DeployFailure.class,
                () -> new SecretReleaseHistory(clients).revisions(connection, DEV, new ReleaseName("hist3")));

        assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_REFUSED);
        assertThat(failure.where()).isEqualTo("Secret dev/sh.helm.release.v1.hist3.v1 on fake");
        assertThat(failure).hasNoCause();
    }
}
